// Sends requests with undici and judges every answer against the contract as it passes.
import { Agent, type Dispatcher } from 'undici'
import type { Contract } from '../../contracts/core/contract.ts'
import { judgeAnswer } from '../../contracts/core/judge-answer.ts'
import type { Operation } from '../../contracts/core/operation.ts'
import { Verdict } from '../verdict.ts'
import type { Exchange, Recorder } from './exchange.ts'
import { everyNumber, numberThatIsNone, unsafeNumber } from './json-numbers.ts'
import { type Patience, within } from './patience.ts'
import { readEventStream, type StreamExchange } from './stream-exchange.ts'

export interface ClientOptions {
  readonly contract: Contract
  /** `http://127.0.0.1:<port>` */
  readonly baseUrl: string
  readonly token: string
  readonly recorder: Recorder
  readonly patience: Patience
  readonly bounds: ClientBounds
  /** What the sidecar declared; it sets the keep-alive gap. */
  readonly keepaliveMs: number
}

/** The bounds that the client watches, in milliseconds, before they are stretched. */
export interface ClientBounds {
  readonly answerMs: number
  readonly firstBytesMs: number
  readonly keepaliveGraceMs: number
  readonly bodyEndMs: number
  /** How long the end of a stream is waited for, once it is. Default 15 000: what the harness waits, not the contract. */
  readonly streamEndMs?: number
  /** How long a request that trickles in may stay open. Default 30 000: what the harness waits, not the contract. */
  readonly slowRequestMs?: number
}

/** A request as it goes on the wire; everything may be wrong on purpose. */
export interface RawRequest {
  readonly method: string
  readonly path: string
  /** Added to `authorization`; an empty string leaves a header out. Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** The operation whose answer is expected; found by method and path where absent. */
  readonly operation?: Operation | undefined
}

/** A whole answer. */
export interface PlainExchange<Body = unknown> {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The decoded JSON; `undefined` where the body is empty or not JSON. */
  readonly body: Body
  readonly text: string
  /** From the request to the whole answer, in milliseconds. */
  readonly tookMs: number
  readonly exchange: Exchange
}

export type AnyExchange =
  | { readonly kind: 'plain'; readonly answer: PlainExchange }
  | { readonly kind: 'stream'; readonly stream: StreamExchange }

/**
 * Sends one request. A stream operation that answers 200 gives a stream, everything else is read whole.
 * Throws a Verdict where no answer comes within the bound or the connection breaks before one.
 */
export async function sendRequest(request: RawRequest, options: ClientOptions): Promise<AnyExchange> {
  const { contract, patience, recorder } = options
  const operation = request.operation ?? findOperation(contract, request.method, request.path)
  const headers = requestHeaders(request, options)
  const exchange = recorder.open({
    operation: operation?.id,
    method: request.method,
    path: request.path,
    requestHeaders: headers,
    requestBody: request.body === undefined ? undefined : textOf(request.body),
  })
  const streams = operation?.output.kind === 'stream'
  const waitMs = patience.stretch(options.bounds.answerMs)
  const response = await dispatch(request, headers, exchange, options, waitMs)
  exchange.headAtMs = recorder.nowMs()
  exchange.status = response.statusCode
  const headersIn = flatten(response.headers)
  exchange.responseHeaders = headersIn

  if (streams && operation?.output.kind === 'stream' && response.statusCode === 200) {
    judgeExchange(operation, exchange, undefined, undefined)
    const stream = readEventStream(response.body, operation.output.grammar, exchange, options)
    return { kind: 'stream', stream }
  }
  const text = await readWhole(response, exchange, options, waitMs)
  const body = parseJson(text)
  judgeExchange(operation, exchange, body, text)
  const tookMs = (exchange.endedAtMs ?? recorder.nowMs()) - exchange.sentAtMs
  const { statusCode: status } = response
  return { kind: 'plain', answer: { status, headers: headersIn, body, text, tookMs, exchange } }
}

/** The operation that a request line names, whatever identifiers stand in it. */
export function findOperation(contract: Contract, method: string, path: string): Operation | undefined {
  const [pathname = ''] = path.split('?')
  return Object.values(contract.operations).find(
    (operation) => operation.method === method && pathPattern(operation.path).test(pathname),
  )
}

/** Connections are not shared between exchanges that may be cut: each origin has a pool that grows as it must. */
const agent = new Agent({
  headersTimeout: 0,
  bodyTimeout: 0,
  connections: null,
  pipelining: 1,
  keepAliveTimeout: 1_000,
})

async function dispatch(
  request: RawRequest,
  headers: Record<string, string>,
  exchange: Exchange,
  options: ClientOptions,
  waitMs: number,
): Promise<Dispatcher.ResponseData> {
  const late = new AbortController()
  const answer = agent.request({
    origin: options.baseUrl,
    method: request.method as Dispatcher.HttpMethod,
    path: request.path,
    headers,
    body: request.body ?? null,
    signal: late.signal,
  })
  const refused = answer.then(
    (response) => ({ response }),
    (error: Error) => ({ error }),
  )
  const outcome = await within(waitMs, refused)
  if (outcome !== undefined && 'response' in outcome) return outcome.response
  late.abort()
  const received = outcome === undefined ? `nothing within ${Math.round(waitMs)} ms` : connectionSays(outcome.error)
  throw missingAnswer(exchange, received, options.recorder)
}

async function readWhole(
  response: Dispatcher.ResponseData,
  exchange: Exchange,
  { recorder }: ClientOptions,
  waitMs: number,
): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  const read = (async () => {
    for await (const piece of response.body as AsyncIterable<Buffer>) {
      pieces.push(piece)
      exchange.chunks.push({ atMs: recorder.nowMs(), text: piece.toString('utf8') })
      bytes += piece.length
      if (bytes > maxBodyBytes) return `a body of more than ${maxBodyBytes} bytes`
    }
    return 'whole' as const
  })().catch((error: Error) => connectionSays(error))
  const ending = (await within(waitMs, read)) ?? `a body that does not end within ${Math.round(waitMs)} ms`
  exchange.endedAtMs = recorder.nowMs()
  if (ending !== 'whole') {
    response.body.destroy()
    throw missingAnswer(exchange, ending, recorder)
  }
  exchange.ending = 'whole'
  return Buffer.concat(pieces).toString('utf8')
}

/** No plain answer of a check is longer; the harness must not drown in one that never ends. */
const maxBodyBytes = 64 * 1024 * 1024

/** Notes on `exchange` that no answer came, as a broken rule unless it is not `judged`, and gives the verdict that says so. */
export function missingAnswer(exchange: Exchange, received: string, recorder: Recorder, judged = true): Verdict {
  exchange.ending = 'no-answer'
  exchange.endedAtMs = recorder.nowMs()
  const facts = {
    expected: 'an answer',
    received,
    at: `exchange ${exchange.number}: ${exchange.method} ${exchange.path}`,
  }
  if (judged && !(isBroken(received) && isStopping(recorder)))
    exchange.violations.push({ rule: 'answer.missing', ...facts })
  return new Verdict(facts)
}

/** Once `/shutdown` was answered, a refused connection is as good as an answer (contract, "Common to the HTTP contracts"). */
function isStopping({ exchanges }: Recorder): boolean {
  return exchanges.some(({ path, status }) => path === '/shutdown' && status === 202)
}

/** Judges the answer whose head stands on `exchange`; what is broken is noted there. `text` is `undefined` for a stream. */
export function judgeExchange(
  operation: Operation | undefined,
  exchange: Exchange,
  body: unknown,
  text: string | undefined,
): void {
  const { method, number, path, responseHeaders = {}, status = 0, violations } = exchange
  const at = `exchange ${number}: ${method} ${path}`
  const bytes = text === undefined ? {} : { bytes: Buffer.byteLength(text) }
  for (const violation of judgeAnswer(operation, { status, headers: responseHeaders, body, ...bytes }))
    violations.push({ ...violation, at })
  if (text === undefined || !saysJson(responseHeaders)) return
  const wrong = body === undefined ? numberThatIsNone(text) : unsafeNumber(body)
  if (wrong !== undefined) violations.push({ rule: 'json.numbers', expected: everyNumber, received: wrong, at })
}

/** Problems are JSON too: `application/problem+json`. */
function saysJson(headers: Readonly<Record<string, string>>): boolean {
  return /^application\/(\w+\+)?json\b/i.test(headers['content-type'] ?? '')
}

function requestHeaders({ body, headers = {}, method }: RawRequest, { token }: ClientOptions): Record<string, string> {
  const usual = {
    authorization: `Bearer ${token}`,
    ...(body !== undefined && method !== 'GET' ? { 'content-type': 'application/json' } : {}),
  }
  return Object.fromEntries(Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== ''))
}

const patterns = new Map<string, RegExp>()

function pathPattern(path: string): RegExp {
  const known = patterns.get(path) ?? new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`)
  patterns.set(path, known)
  return known
}

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

function connectionSays(error: Error): string {
  const { code } = error as NodeJS.ErrnoException
  return `${brokenConnection} (${code ?? error.message})`
}

function isBroken(received: string): boolean {
  return received.startsWith(brokenConnection)
}

const brokenConnection = 'a broken connection'

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
}

/** `JSON.parse` refuses `NaN` and `Infinity`, which Python writes unless told otherwise. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
