// Sends a request that never becomes whole, one byte a second, and says whether the sidecar gives it up.
import { connect } from 'node:net'
import { type ClientOptions, findOperation } from './http-client.ts'
import { within } from './patience.ts'
import type { RawHttpRequest } from './raw-request.ts'

export interface SlowRequest extends Pick<RawHttpRequest, 'method' | 'target' | 'headers'> {
  /** What never ends: the value of one more header, or the body, for which `headers` must declare a length. */
  readonly trickles: 'head' | 'body'
}

/**
 * Resolves once the sidecar has closed the connection, with the milliseconds that took; with `undefined` where it is still
 * open after `ClientBounds.slowRequestMs`, stretched. What the sidecar answers before it closes is recorded and not judged.
 */
export async function trickleRequest(request: SlowRequest, options: ClientOptions): Promise<number | undefined> {
  const { baseUrl, bounds, contract, patience, recorder } = options
  const { headers, method, target, trickles } = request
  const exchange = recorder.open({
    operation: findOperation(contract, method, target)?.id,
    method,
    path: target,
    requestHeaders: Object.fromEntries(headers),
    requestBody: `a ${trickles} that comes byte by byte`,
  })
  const { hostname, port } = new URL(baseUrl)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  const closed = Promise.withResolvers<number>()
  socket.on('error', () => undefined)
  socket.on('data', (bytes) => exchange.chunks.push({ atMs: recorder.nowMs(), text: bytes.toString('utf8') }))
  socket.once('close', () => closed.resolve(recorder.nowMs() - exchange.sentAtMs))
  socket.write(beginning(request))
  // A space is right before any JSON value, and an `x` in any header.
  const trickle = setInterval(() => socket.write(trickles === 'head' ? 'x' : ' '), 1_000)
  const leave = () => {
    clearInterval(trickle)
    socket.destroy()
  }
  recorder.whenClosed(leave)
  const cutAfterMs = await within(patience.stretch(bounds.slowRequestMs ?? defaultSlowRequestMs), closed.promise)
  leave()
  exchange.endedAtMs = recorder.nowMs()
  exchange.ending = cutAfterMs === undefined ? 'closed-by-us' : 'broken'
  return cutAfterMs
}

/** Whoever serves one machine has given up long before: what the harness waits, the contract names no bound. */
const defaultSlowRequestMs = 30_000

function beginning({ headers, method, target, trickles }: SlowRequest): string {
  const lines = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  return `${lines.join('\r\n')}\r\n${trickles === 'head' ? 'x-slow: ' : '\r\n'}`
}
