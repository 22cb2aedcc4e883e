// What checks of runs begin with: a program sent to the lane of the user or of an expert, its end, and what it must come to.
import { bounds } from '../../contracts/session/bounds.ts'
import { ExecutionResult } from '../../contracts/session/execution-result.ts'
import type { AskedLimits, LimitName } from '../../contracts/session/limits.ts'
import type { Outcome } from '../../fixtures/programs/outcome.ts'
import { type Program, program } from '../../fixtures/programs/programs.ts'
import { Verdict } from '../../harness/verdict.ts'
import { control, expectSame, expectThat } from '../expect.ts'
import { askUntil } from './ask-until.ts'
import type { SessionContext } from './context.ts'
import { type Free, takePlaces } from './places.ts'
import { anyExpert, needsExpert, openSession } from './turns.ts'

export type Lane = 'user' | 'expert'

export const lanes: readonly Lane[] = ['user', 'expert']

type RunStream = Awaited<ReturnType<SessionContext['client']['streamRun']>>
type RunRequest = Parameters<SessionContext['client']['streamRun']>[1]

export interface RunOptions {
  /** Default: the user's. */
  readonly lane?: Lane
  /** Default: a session of its own. */
  readonly sessionId?: string
  readonly limits?: AskedLimits
  readonly clientRunId?: string
  readonly tools?: readonly string[]
}

export interface StartedRun {
  readonly sessionId: string
  readonly program: Program
  readonly lane: Lane
  readonly stream: RunStream
  /** Names the exchange and the program. */
  readonly at: string
}

/** Skips where the sidecar runs no code. */
export function needsRuns(capabilities: Readonly<Record<string, unknown>>): string | undefined {
  return capabilities['runs'] === undefined ? 'the sidecar declares no runs (`runs`)' : undefined
}

/** Skips where no code runs in this lane. */
export function needsLane(lane: Lane): (capabilities: Readonly<Record<string, unknown>>) => string | undefined {
  return (capabilities) => needsRuns(capabilities) ?? (lane === 'expert' ? needsExpert(capabilities) : undefined)
}

/** Skips where a limit is not declared, or declared as not enforced. */
export function needsLimit(name: LimitName): (capabilities: Readonly<Record<string, unknown>>) => string | undefined {
  return (capabilities) => {
    const limits = (capabilities['limits'] ?? {}) as SessionContext['capabilities']['limits']
    const enforcement = limits?.[name]?.enforcement ?? 'none'
    return needsRuns(capabilities) ?? (enforcement === 'none' ? `\`limits.${name}\` is not enforced` : undefined)
  }
}

/** Those of these limits that the sidecar declares and enforces, none above its `max`. */
export function mayAsk({ capabilities }: Pick<SessionContext, 'capabilities'>, limits: AskedLimits): AskedLimits {
  const declared = (name: string) => capabilities.limits?.[name as LimitName]
  return Object.fromEntries(
    Object.entries(limits).flatMap(([name, value]) => {
      const limit = declared(name)
      const isKept = limit !== undefined && limit.enforcement !== 'none'
      return isKept ? [[name, Math.min(Math.round(Number(value)), limit.max)]] : []
    }),
  )
}

/** The body of a request to run a program. */
export function requestFor(
  context: Pick<SessionContext, 'capabilities'>,
  { code }: Program,
  { clientRunId, lane = 'user', limits, tools }: RunOptions = {},
): RunRequest {
  return {
    lane,
    language: 'python',
    code,
    ...(lane === 'expert' ? { expert_id: anyExpert(context) } : {}),
    ...(limits === undefined ? {} : { limits }),
    ...(tools === undefined ? {} : { tools: [...tools] }),
    ...(clientRunId === undefined ? {} : { client_run_id: clientRunId }),
  }
}

/** Starts a program, by name or with values given, as soon as a lane is free. Throws a Verdict where the run is refused. */
export async function startRun(
  context: SessionContext,
  named: string | Program,
  options: RunOptions = {},
): Promise<StartedRun> {
  return (await sendRun(context, named, options)).taken
}

/** The same, for those who look at the answer: resolves as soon as the request is on its way. */
export async function sendRun(
  context: SessionContext,
  named: string | Program,
  options: RunOptions = {},
): Promise<{ readonly taken: Promise<StartedRun> }> {
  const free = await takePlaces(context)
  try {
    const { lane, sessionId = await openSession(context) } = options
    const chosen = typeof named === 'string' ? program(named) : named
    const stream = onceFree(context, sessionId, requestFor(context, chosen, options))
    const taken = stream.then((stream) => startedRun(stream, sessionId, chosen, lane))
    freeAfter(taken, free)
    return { taken }
  } catch (error) {
    free()
    throw error
  }
}

/** A run that was taken. */
export function startedRun(stream: RunStream, sessionId: string, program: Program, lane: Lane = 'user'): StartedRun {
  return { sessionId, program, lane, stream, at: `exchange ${stream.exchange.number} (${program.name}, ${lane} lane)` }
}

/** The ids of a run, from its first event: a control, since without them nothing can be said of the run. */
export function idsOf({ sessionId, stream }: StartedRun): Promise<{ session_id: string; run_id: string }> {
  return control(async () => {
    const { run_id: id, type } = await stream.first()
    expectThat(typeof id === 'string', 'a run_id on the first event', `\`${type}\` without one`)
    return { session_id: sessionId, run_id: id }
  })
}

/** Waits for the result and the end of a run. Throws a Verdict where there is no result in time. */
export async function resultOf(
  { at, stream }: StartedRun,
  options: { readonly withinMs?: number } = {},
): Promise<ExecutionResult> {
  const { result } = await completeOf(stream, options)
  await stream.ended()
  return readable(result, at)
}

/** Runs a program to its end. */
export async function runToEnd(
  context: SessionContext,
  named: string | Program,
  options: RunOptions = {},
): Promise<{ run: StartedRun; result: ExecutionResult }> {
  const run = await startRun(context, named, options)
  return { run, result: await resultOf(run) }
}

/** Shows that code runs in this lane at all: a control. */
export function codeRuns(context: SessionContext, lane: Lane): Promise<void> {
  return control(async () => {
    const { result, run } = await runToEnd(context, 'prints-forty-two', { lane })
    expectOutcome(run, result)
  })
}

/** Waits until a run has printed what fits: a control, since only then there is something to judge. Gives all that it printed to stdout. */
export function printed({ stream }: StartedRun, fits: RegExp = /\n/): Promise<string> {
  return control(async () => {
    await stream.next('run_output', { where: () => fits.test(stdoutOf(stream)) })
    return stdoutOf(stream)
  })
}

/** Waits until a run works: none that waits in the queue. */
export async function isRunning(context: SessionContext, ids: Awaited<ReturnType<typeof idsOf>>): Promise<void> {
  const { client, options, patience } = context
  const state = () => client.getRun(ids).then(({ body }) => body.state)
  const reached = await askUntil(state, (state) => state !== 'queued', patience.stretch(options.bounds.answerMs))
  expectThat(reached !== 'queued', 'a run that runs', 'one that waits')
}

/** What no code and no log may show, by name. A key that anybody knows, as that of a sidecar at a URL, is no secret. */
export function secretsOf({
  model,
  sidecar,
}: Pick<SessionContext, 'model' | 'sidecar'>): [name: string, value: string][] {
  const all = { token: sidecar.token, nonce: sidecar.nonce, 'model key': model.apiKey }
  return Object.entries(all).filter(([, value]) => value.length >= 16)
}

/** Expects what the program states: how it ends, with what exception, code and signal, and what it prints. */
export function expectOutcome({ at, program }: StartedRun, result: ExecutionResult): void {
  const { code, ename, evalue, reason, signal, status, stderr, stdout } = outcomeHere(program)
  expectSame(`${result.status}/${result.exit.reason}`, `${status}/${reason}`, 'status/reason', at)
  if (code !== undefined) expectSame(result.exit.code, code, 'exit.code', at)
  if (signal !== undefined) expectSame(result.exit.signal, signal, 'exit.signal', at)
  if (ename !== undefined) expectSame(result.error?.ename, ename, 'error.ename', at)
  if (evalue !== undefined) expectSame(result.error?.evalue, evalue, 'error.evalue', at)
  expectPrinted(result.stdout, stdout, `${at}: stdout`)
  // Python writes the traceback of an exception to stderr.
  if (stderr !== undefined) expectPrinted(result.stderr, stderr, `${at}: stderr`)
}

/** Expects exactly these bytes: all of them in `head`, or the beginning in `head` and the end in `tail`; counted rightly either way. */
export function expectPrinted(captured: Captured, stated: Outcome['stdout'], at: string): void {
  const pieces = Array.isArray(stated) ? stated : [stated ?? '']
  if (pieces.some((piece) => typeof piece === 'string' && piece.includes('${'))) return
  const { bytes_total: total, head, tail, truncated } = captured
  // Of a long repetition no more than what was kept can be seen.
  const forms = lineEndings.map((ending) => formOf(pieces, ending, head.length + tail.length + 1))
  const fits = forms.some(({ bytes, text }) => {
    if (total !== bytes) return false
    return truncated ? text.startsWith(head) && text.endsWith(tail) : text === head && tail === ''
  })
  const [{ bytes, text } = { bytes: 0, text: '' }] = forms
  const received = `${total} bytes, ${clip(head)}${truncated ? ` … ${clip(tail)}` : ''}`
  expectThat(fits, `${bytes} bytes, ${clip(text)}`, received, at)
}

type Captured = ExecutionResult['stdout']

/** How the program ends on this system. */
function outcomeHere({ outcome }: Program): Outcome {
  if (process.platform !== 'win32' || outcome.onWindows === undefined) return outcome
  const { code: _code, signal: _signal, ...rest } = outcome
  return { ...rest, ...outcome.onWindows }
}

/** The place comes back when the run was refused, has told its end, or was left; a check that ends leaves its streams. */
function freeAfter(run: Promise<StartedRun>, free: Free): void {
  const wait = { withinMs: longerThanAnyCheckMs }
  const over = run.then(({ stream }) => {
    const ends = [stream.next('complete', wait), stream.next('error', wait)]
    return Promise.race(ends.map((end) => end.catch(() => stream.ended(wait))))
  })
  void over.then(free, free)
}

const longerThanAnyCheckMs = 600_000

/**
 * Asks until the sidecar has a place: requests that no check keeps count of (malformed ones, those of turns) may hold it for a moment.
 * Where there never is one, the refusal stands.
 */
async function onceFree(
  { client, patience }: SessionContext,
  sessionId: string,
  request: RunRequest,
): Promise<RunStream> {
  const ask = async () => {
    try {
      return await client.streamRun({ session_id: sessionId }, request)
    } catch (error) {
      if (error instanceof Verdict && error.facts.received.startsWith('429')) return error
      throw error
    }
  }
  const answer = await askUntil(ask, (answer) => !(answer instanceof Verdict), patience.stretch(bounds.cancelMs))
  if (answer instanceof Verdict) throw answer
  return answer
}

/** A stream that ends without a result is told by the checks of the stream; nothing can be read from it. */
async function completeOf(stream: RunStream, options: { readonly withinMs?: number }) {
  try {
    return await stream.next('run_complete', options)
  } catch (error) {
    if (!(error instanceof Verdict) || stream.exchange.ending === undefined) throw error
    throw new Verdict({ ...error.facts, control: true })
  }
}

/** A result that does not fit its schema is told by the check of the envelope; nothing can be read from it. */
function readable(result: unknown, at: string): ExecutionResult {
  const parsed = ExecutionResult.safeParse(result)
  if (parsed.success) return parsed.data
  throw new Verdict({
    expected: 'an ExecutionResult',
    received: JSON.stringify(result).slice(0, 300),
    at,
    control: true,
  })
}

function stdoutOf({ events }: RunStream): string {
  return events.map((event) => (event.type === 'run_output' && event.stream === 'stdout' ? event.text : '')).join('')
}

type Piece = string | { readonly repeat: string; readonly times: number } | { readonly base64: string }

/** Python writes line ends of the system, but bytes as they are. */
const lineEndings = process.platform === 'win32' ? ['\r\n', '\n'] : ['\n']

/** How many bytes the pieces are, and their text with every repetition cut to `mostTimes`. */
function formOf(pieces: readonly Piece[], ending: string, mostTimes: number): { bytes: number; text: string } {
  const written = pieces.map((piece) => {
    if (typeof piece === 'string') return { bytes: Buffer.from(piece.replaceAll('\n', ending)), times: 1 }
    if ('base64' in piece) return { bytes: Buffer.from(piece.base64, 'base64'), times: 1 }
    return { bytes: Buffer.from(piece.repeat.replaceAll('\n', ending)), times: piece.times }
  })
  const shown = written.map(({ bytes, times }) => {
    const shownTimes = Math.min(times, mostTimes)
    return Buffer.alloc(bytes.length * shownTimes, bytes)
  })
  const bytes = written.reduce((sum, { bytes, times }) => sum + bytes.length * times, 0)
  return { bytes, text: Buffer.concat(shown).toString('utf8') }
}

function clip(text: string): string {
  return JSON.stringify(text.length <= 120 ? text : `${text.slice(0, 60)}…${text.slice(-40)}`)
}
