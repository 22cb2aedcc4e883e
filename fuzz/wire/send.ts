// Sends one request of the fuzzer and reads what answers it: through the client library where it can say that, else over a socket.
import { METHODS } from 'node:http'
import type { Operation } from '../../contracts/core/operation.ts'
import { type Exchange, newRecorder } from '../../harness/client/exchange.ts'
import { type AnyExchange, type ClientOptions, sendRequest } from '../../harness/client/http-client.ts'
import { sendRawRequest } from '../../harness/client/raw-request.ts'
import type { StreamExchange } from '../../harness/client/stream-exchange.ts'
import { Verdict } from '../../harness/verdict.ts'
import type { FuzzRequest } from './request.ts'
import type { WireRequest } from './wire-request.ts'

export interface Received {
  /** As the harness saw and judged it; without a status nothing came. */
  readonly exchange: Exchange
  /** The JSON body of a plain answer. */
  readonly body: unknown
  /** The events that were read of a stream. */
  readonly events: readonly Readonly<Record<string, unknown>>[]
}

/** Sends `wire`, judged as an answer of `operation`. A stream is read to its end or for `events` events, then left. Never throws for what the sidecar does. */
export async function send(
  wire: WireRequest,
  operation: Operation | undefined,
  { events, via }: Pick<FuzzRequest, 'events' | 'via'>,
  options: ClientOptions,
): Promise<Received> {
  const recorder = newRecorder([options.token])
  try {
    const own = { ...options, recorder }
    const answer =
      via === 'client' && fitsClient(wire, options)
        ? await ask(wire, operation, own)
        : await write(wire, operation, own)
    if (answer.kind === 'stream') await readSome(answer.stream, events)
    const body = answer.kind === 'plain' ? answer.answer.body : undefined
    const seen = answer.kind === 'stream' ? [...answer.stream.events] : []
    recorder.close()
    return received(recorder.exchanges, body, seen)
  } catch (error) {
    recorder.close()
    if (!(error instanceof Verdict)) throw error
    return received(recorder.exchanges, undefined, [])
  }
}

function received(exchanges: readonly Exchange[], body: unknown, events: Received['events']): Received {
  const [exchange] = exchanges
  if (exchange === undefined) throw new Error('nothing was recorded')
  return { exchange, body, events }
}

/** The library sets Host and framing itself, and takes each header once. */
function fitsClient({ headers, method, target, ...rest }: WireRequest, { baseUrl }: ClientOptions): boolean {
  const names = headers.map(([name]) => name.toLowerCase())
  const isUsual = rest.body === undefined ? !names.includes('content-length') : rest.pieces[0] === rest.body
  return (
    usualMethods.has(method) &&
    METHODS.includes(method) &&
    (method !== 'GET' || rest.body === undefined) &&
    isUsual &&
    /^\/[!-~]*$/.test(target) &&
    new Set(names).size === names.length &&
    headers.some(([name, value]) => name === 'host' && value === new URL(baseUrl).host) &&
    !names.some((name) => clientsOwn.has(name)) &&
    headers.every(([name, value]) => /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && /^[\t -~]+$/.test(value))
  )
}

const usualMethods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const clientsOwn = new Set(['connection', 'expect', 'upgrade', 'keep-alive', 'transfer-encoding', 'te', 'trailer'])

function ask(wire: WireRequest, operation: Operation | undefined, options: ClientOptions): Promise<AnyExchange> {
  const { body, headers, method, target } = wire
  const own = headers.filter(([name]) => !['host', 'content-length'].includes(name))
  // An empty text leaves out what the client would add by itself.
  const given = { authorization: '', 'content-type': '', ...Object.fromEntries(own) }
  return sendRequest(
    { method, path: target, headers: given, operation, ...(body === undefined ? {} : { body }) },
    options,
  )
}

async function write(
  wire: WireRequest,
  operation: Operation | undefined,
  options: ClientOptions,
): Promise<AnyExchange> {
  const { headers, method, pieces, target } = wire
  return { kind: 'plain', answer: await sendRawRequest({ method, target, headers, body: pieces, operation }, options) }
}

async function readSome(stream: StreamExchange, events: number): Promise<void> {
  if (events >= 1_000) await stream.ended()
  else await Promise.race([enough(stream, events), stream.ended()])
  stream.leave()
}

/** Resolves once so many events have come; the end of the stream is awaited elsewhere. */
async function enough(stream: StreamExchange, events: number): Promise<void> {
  while (stream.events.length < events && stream.exchange.ending === undefined) await stream.moreBytes(1_000)
}
