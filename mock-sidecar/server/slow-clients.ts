// What the mock does about clients that take their time, and what faults change about that: a request that is not whole in time
// is given up without a word, since Node's own 408 would be an answer that is no problem object.
import { type IncomingMessage, type Server, type ServerOptions, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Fault } from '../faults/fault.ts'

/** The settings of a server that gives each request so long, from its first byte to its last. */
export function patienceWithRequests(slowRequestMs: number): ServerOptions {
  return {
    headersTimeout: slowRequestMs,
    requestTimeout: slowRequestMs,
    connectionsCheckingInterval: Math.min(slowRequestMs, 250),
  }
}

/** Gives up what is late, unless an active fault waits for it; `count` notes each time that a fault makes a difference. */
export function giveUpSlowRequests(server: Server, faults: readonly Fault[], count: (fault: Fault) => void): void {
  const missing = faults.some(({ waitsFor }) => waitsFor !== undefined) ? whatIsMissing(server) : () => undefined
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code !== 'ERR_HTTP_REQUEST_TIMEOUT') return refuse(error, socket)
    const what = missing(socket)
    const waiting = faults.find(({ waitsFor }) => waitsFor !== undefined && waitsFor === what)
    if (waiting === undefined) socket.destroy()
    else count(waiting)
  })
  for (const fault of faults) {
    if (fault.maxConnections === undefined) continue
    server.maxConnections = fault.maxConnections
    server.on('drop', () => count(fault))
  }
}

/** What a connection's newest request lacks. It costs every request a little, hence only where a fault must know it. */
function whatIsMissing(server: Server): (socket: Duplex) => Fault['waitsFor'] {
  const newest = new WeakMap<Duplex, IncomingMessage>()
  server.prependListener('request', (request: IncomingMessage) => void newest.set(request.socket, request))
  return (socket) => (newest.get(socket)?.complete === false ? 'bodies' : 'heads')
}

/** Bytes that are not HTTP, answered as Node answers them where nobody listens to this event. */
function refuse({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const status = code === 'HPE_HEADER_OVERFLOW' ? 431 : 400
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`, () => socket.destroy())
}
