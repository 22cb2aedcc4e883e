// The load of the HTTP benchmarks: the same request again and again over kept connections, several of them under way on each
// (HTTP/1.1 pipelining), written and counted as bytes. That costs the load a fraction of what it costs the server,
// which therefore is what is measured.
import { once } from 'node:events'
import { connect } from 'node:net'

export interface Load {
  readonly port: number
  /** The bytes of one request. */
  readonly request: Buffer
  /** What every answer must have. */
  readonly status: number
  /** How many requests to make in all. */
  readonly requests: number
  /** Default 8. */
  readonly connections?: number
  /** Requests under way on each connection. Default 12. */
  readonly pipelined?: number
}

/** Sends all requests, waits for all answers, and gives how many came. Throws where one has another status. */
export async function load({ connections = 8, ...load }: Load): Promise<number> {
  const each = Math.ceil(load.requests / connections)
  await Promise.all(Array.from({ length: connections }, () => loadConnection(load, each)))
  return each * connections
}

/** The bytes of a request with a JSON body or none. */
export function requestBytes(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Buffer {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries({ host: '127.0.0.1', ...headers, ...length }).map(([name, value]) => `${name}: ${value}`)
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body ?? ''}`)
}

async function loadConnection({ pipelined = 12, port, request, status }: Load, requests: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const count = answerCounter(status)
  const bursts = Array.from({ length: pipelined + 1 }, (_, length) => Buffer.concat(Array(length).fill(request)))
  let sent = 0
  let answered = 0
  const send = (wanted: number) => {
    for (let left = Math.min(wanted, requests - sent); left > 0; ) {
      const burst = Math.min(left, pipelined)
      socket.write(bursts[burst] ?? request)
      sent += burst
      left -= burst
    }
  }
  const done = Promise.withResolvers<void>()
  socket.on('error', done.reject)
  socket.on('close', () => done.reject(new Error(`the server closed the connection after ${answered} answers`)))
  socket.on('data', (bytes) => {
    try {
      const answers = count(bytes)
      answered += answers
      if (answered >= requests) done.resolve()
      else send(answers)
    } catch (error) {
      done.reject(error)
    }
  })
  await once(socket, 'connect')
  send(pipelined)
  try {
    await done.promise
  } finally {
    socket.destroy()
  }
}

/** Counts status lines in the bytes of a connection; one may be cut anywhere. */
function answerCounter(status: number): (bytes: Buffer) => number {
  const begins = 'HTTP/1.1 '
  const expected = `${begins}${status}`
  let rest = ''
  return (bytes) => {
    const text = rest + bytes.toString('latin1')
    let answers = 0
    let next = 0
    for (let at = text.indexOf(begins); at !== -1; at = text.indexOf(begins, next)) {
      if (at + expected.length > text.length) break
      if (!text.startsWith(expected, at)) throw new Error(`expected ${expected}; received ${text.slice(at, at + 300)}`)
      answers += 1
      next = at + expected.length
    }
    rest = text.slice(Math.max(next, text.length - expected.length + 1))
    return answers
  }
}
