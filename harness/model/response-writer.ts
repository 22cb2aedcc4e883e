// Writes one response piece by piece, no faster than the client reads, and keeps the call's record true.
import type { ServerResponse } from 'node:http'
import type { CallEnding, CallRecorder } from './call-record.ts'
import { cutBytes } from './cut.ts'
import type { Cuts } from './script.ts'

export interface ResponseWriter {
  /** Aborts when the client has left or the server was closed. */
  readonly gone: AbortSignal
  readonly headersSent: boolean
  /** Whether the call has ended, however. */
  readonly ended: boolean
  /** Sends the headers and waits until they left. */
  sendHeaders(status: number, headers: Readonly<Record<string, string | number>>): Promise<void>
  /** Writes one chunk and waits until it left. Rejects when the client has gone. */
  write(chunk: string | Uint8Array, about?: { says?: string; cutAt?: Cuts | undefined }): Promise<void>
  /** Ends the body, and with it the call. */
  end(body: string | Uint8Array, ending: CallEnding): Promise<void>
  /** Closes the socket, and with it the call. */
  destroy(ending: CallEnding): void
}

/** @param lost how the call ended when the connection closes before the answer is complete */
export function responseWriter(
  response: ServerResponse,
  recorder: CallRecorder,
  lost: () => CallEnding,
): ResponseWriter {
  const gone = new AbortController()
  response.on('error', () => {}) // 'close' follows, and tells.
  const onClose = () => {
    recorder.end(lost())
    gone.abort()
  }
  if (response.destroyed) onClose()
  else response.once('close', onClose)

  return {
    gone: gone.signal,
    get headersSent() {
      return response.headersSent
    },
    get ended() {
      return recorder.call.ending !== undefined
    },
    async sendHeaders(status, headers) {
      response.writeHead(status, headers)
      recorder.headersSent(status)
      await handedOver(gone.signal, (done) => response.write('', done))
    },
    async write(chunk, { says = '', cutAt } = {}) {
      const bytes = Buffer.from(chunk)
      let atMs = performance.now()
      for (const piece of cutBytes(bytes, cutAt)) {
        atMs = performance.now()
        await handedOver(gone.signal, (done) => response.write(piece, done))
      }
      recorder.chunkWritten({ atMs, bytes: bytes.length, says })
    },
    async end(body, ending) {
      response.once('finish', () => recorder.end(ending)) // At once, since 'close' may follow in the same turn.
      await handedOver(gone.signal, (done) => response.end(body, done))
    },
    destroy(ending) {
      recorder.end(ending)
      response.destroy()
    },
  }
}

/** Waits until the operating system has taken what `write` writes. */
function handedOver(gone: AbortSignal, write: (done: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (gone.aborted) return reject(gone.reason)
    const onGone = () => reject(gone.reason)
    gone.addEventListener('abort', onGone, { once: true })
    write(() => {
      gone.removeEventListener('abort', onGone)
      resolve()
    })
  })
}
