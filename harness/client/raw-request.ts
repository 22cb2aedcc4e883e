// Sends one HTTP/1.1 request byte by byte over a socket, for what a client library would tidy up: any Host, any framing, half a body.
import { connect, type Socket } from 'node:net'
import type { Operation } from '../../contracts/core/operation.ts'
import {
  type ClientOptions,
  findOperation,
  judgeExchange,
  missingAnswer,
  type PlainExchange,
  parseJson,
} from './http-client.ts'
import { within } from './patience.ts'
import { parseResponse, type RawResponse } from './raw-response.ts'

export interface RawHttpRequest {
  readonly method: string
  /** The request target exactly as it goes on the wire. */
  readonly target: string
  /** Every header line in order; nothing is added. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Written after the head, piece by piece; the framing is the caller's. */
  readonly body?: readonly (string | Uint8Array)[]
  /** The operation whose answer is expected; found by method and target where the member is absent. */
  readonly operation?: Operation | undefined
  /** Whether the contract's judge looks at the answer. Default true; a browser's preflight is CORS's business, not the contract's. */
  readonly judged?: boolean
}

/**
 * Sends the request to the sidecar's port and reads one answer, judged like any other; of a stream only the head is read.
 * Throws a Verdict where no whole answer comes in time.
 */
export async function sendRawRequest(request: RawHttpRequest, options: ClientOptions): Promise<PlainExchange> {
  const { baseUrl, bounds, contract, patience, recorder } = options
  const operation = 'operation' in request ? request.operation : findOperation(contract, request.method, request.target)
  const exchange = recorder.open({
    operation: operation?.id,
    method: request.method,
    path: request.target,
    requestHeaders: Object.fromEntries(request.headers),
    requestBody: request.body === undefined ? undefined : `${request.body.length} pieces`,
  })
  const waitMs = patience.stretch(bounds.answerMs)
  await using socket = await open(new URL(baseUrl))
  const note = (text: string) => exchange.chunks.push({ atMs: recorder.nowMs(), text })
  const reading = readAnswer(socket.socket, request.method, note)
  write(socket.socket, request)
  const response = await within(waitMs, reading)
  exchange.endedAtMs = recorder.nowMs()
  if (response === undefined || typeof response === 'string') {
    const received = response ?? `nothing within ${Math.round(waitMs)} ms`
    throw missingAnswer(exchange, received, recorder, request.judged)
  }
  exchange.ending = 'whole'
  exchange.status = response.status
  exchange.responseHeaders = response.headers
  const body = parseJson(response.text)
  if (request.judged !== false) judgeExchange(operation, exchange, body, response.text)
  const tookMs = exchange.endedAtMs - exchange.sentAtMs
  return { status: response.status, headers: response.headers, body, text: response.text, tookMs, exchange }
}

/** The headers of a request that breaks nothing: the sidecar's own Host, its token. */
export function goodHeaders({
  baseUrl,
  token,
}: Pick<ClientOptions, 'baseUrl' | 'token'>): [host: readonly [string, string], token: readonly [string, string]] {
  return [
    ['host', new URL(baseUrl).host],
    ['authorization', `Bearer ${token}`],
  ]
}

interface OpenSocket extends AsyncDisposable {
  readonly socket: Socket
}

async function open({ hostname, port }: URL): Promise<OpenSocket> {
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  return {
    socket,
    async [Symbol.asyncDispose]() {
      socket.destroy()
    },
  }
}

function write(socket: Socket, { body = [], headers, method, target }: RawHttpRequest): void {
  const lines = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  socket.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'))
  for (const piece of body) socket.write(piece)
}

/** Resolves with the answer, or with what came instead of one. */
function readAnswer(socket: Socket, method: string, note: (text: string) => void): Promise<RawResponse | string> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0)
    const settle = (ended: boolean) => {
      const response = parseResponse(bytes, ended, method)
      if (response !== undefined) resolve(response)
      else if (ended) resolve(bytes.length === 0 ? 'a closed connection without an answer' : 'a broken answer')
    }
    socket.on('data', (piece: Buffer) => {
      note(piece.toString('utf8'))
      bytes = Buffer.concat([bytes, piece])
      settle(false)
    })
    socket.once('close', () => settle(true))
  })
}
