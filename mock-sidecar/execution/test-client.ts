// Asks a mock for runs and cells as a client does, for the tests beside it.
import type { StreamEvent } from '../../contracts/core/grammar.ts'
import type { ExecutionResult } from '../../contracts/session/execution-result.ts'
import type { Kernel } from '../../contracts/session/kernel.ts'
import { program } from '../../fixtures/programs/programs.ts'
import { type Mock, type MockOptions, startMock } from '../mock.ts'

export interface TestClient extends AsyncDisposable {
  readonly mock: Mock
  readonly session: string
  /** What the mock's own judge complained of. */
  readonly broken: readonly string[]
  ask(method: string, path: string, body?: unknown): Promise<Response>
  newSession(): Promise<string>
  /** Begins a stream of the session, by the end of its path. */
  stream(at: string, body: object): Promise<EventReader>
  /** Begins a run of a program, by its name or as code. */
  run(code: string, more?: object): Promise<EventReader>
  /** Begins a batch of programs, whose cells are `c1`, `c2` …. */
  cells(programs: readonly string[], more?: object): Promise<EventReader>
  /** How far a run has come. */
  stateOf(runId: unknown): Promise<string>
  kernel(method: 'GET' | 'POST' | 'DELETE', verb?: string): Promise<Kernel>
}

export interface EventReader {
  readonly status: number
  /** The problem of an answer that is no stream. */
  readonly problem: { readonly code: string } & Readonly<Record<string, unknown>>
  /** The next event that fits. Throws where the stream ends before. */
  next(type: string, fits?: (event: StreamEvent) => boolean): Promise<StreamEvent>
  /** All events to the end. */
  all(): Promise<readonly StreamEvent[]>
  leave(): void
}

/** A mock with a session. */
export async function testClient(options: MockOptions = {}): Promise<TestClient> {
  const broken: string[] = []
  const mock = await startMock({ ...options, onBroken: (message) => broken.push(message) })
  const ask = (method: string, path: string, body?: unknown, signal?: AbortSignal) =>
    fetch(`${mock.baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${mock.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  const newSession = async () => {
    const { session_id: id } = (await (await ask('POST', '/api/session/new')).json()) as { session_id: string }
    return id
  }
  const session = await newSession()
  const path = `/api/session/${session}`
  const stream = async (at: string, body: object) => {
    const left = new AbortController()
    return readEvents(await ask('POST', `${path}/${at}`, body, left.signal), left)
  }
  return {
    mock,
    session,
    broken,
    ask,
    newSession,
    stream,
    run: (code, more = {}) => stream('runs/stream', { lane: 'user', language: 'python', code: codeOf(code), ...more }),
    cells: (programs, more = {}) =>
      stream('kernel/cells/stream', {
        cells: programs.map((code, place) => ({ cell_id: `c${place + 1}`, code: codeOf(code) })),
        ...more,
      }),
    async stateOf(runId) {
      const run = (await (await ask('GET', `${path}/runs/${runId}`)).json()) as { state: string }
      return run.state
    },
    async kernel(method, verb) {
      const response = await ask(method, `${path}/kernel${verb === undefined ? '' : `/${verb}`}`)
      return (response.status === 204 ? {} : await response.json()) as Kernel
    },
    [Symbol.asyncDispose]: () => mock.close(),
  }
}

/** The result that an event carries. */
export function resultIn(event: StreamEvent | undefined): ExecutionResult {
  return event?.['result'] as ExecutionResult
}

/** Each event in a word or two, for comparing what came. */
export function inShort(events: readonly StreamEvent[]): string[] {
  return events.map((event) => {
    const { generation, reason, result, state, type } = event as StreamEvent & { result?: ExecutionResult }
    if (type === 'kernel_status') return `${state} ${generation}`
    if (type === 'cell_skipped') return `skipped ${reason}`
    return result === undefined ? type : `${result.status}/${result.exit.reason}`
  })
}

function codeOf(code: string): string {
  return /^[a-z0-9-]+$/.test(code) ? program(code).code : code
}

async function readEvents(response: Response, left: AbortController): Promise<EventReader> {
  const { status } = response
  const isStream = status === 200 && response.body !== null
  const problem = isStream ? { code: 'none' } : ((await response.json()) as EventReader['problem'])
  const events = isStream ? decode(response.body) : decode([])
  return {
    status,
    problem,
    async next(type, fits = () => true) {
      for (;;) {
        const { done, value } = await events.next()
        if (done) throw new Error(`the stream ended without ${type}`)
        if (value.type === type && fits(value)) return value
      }
    },
    async all() {
      const all: StreamEvent[] = []
      for await (const event of events) all.push(event)
      return all
    },
    leave: () => left.abort(),
  }
}

async function* decode(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  const utf8 = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    const lines = (rest + utf8.decode(bytes, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data: ')) yield JSON.parse(line.slice(6)) as StreamEvent
  }
}
