// Reads one event stream as bytes, counting its events: as little work as can be done for a stream that is seen to be whole.
import { once } from 'node:events'
import { connect } from 'node:net'

/** Sends the request on a connection of its own and resolves with the number of events when the chunked body has ended. */
export async function readEvents(port: number, request: Buffer): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const done = Promise.withResolvers<number>()
  let events = 0
  let rest = ''
  socket.on('error', done.reject)
  socket.on('close', () => done.reject(new Error(`the server closed the connection after ${events} events`)))
  socket.on('data', (bytes) => {
    const text = rest + bytes.toString('latin1')
    let counted = 0
    for (let at = text.indexOf(blankLine); at !== -1; at = text.indexOf(blankLine, counted)) {
      events += 1
      counted = at + blankLine.length
    }
    rest = text.slice(Math.max(counted, text.length - lastChunk.length))
    if (text.endsWith(lastChunk)) done.resolve(events)
  })
  await once(socket, 'connect')
  socket.write(request)
  try {
    return await done.promise
  } finally {
    socket.destroy()
  }
}

const blankLine = '\n\n'
/** What ends a chunked body (RFC 9112 §7.1). */
const lastChunk = '\r\n0\r\n\r\n'
