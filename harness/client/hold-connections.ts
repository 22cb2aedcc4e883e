// Opens connections on which nothing is ever sent, as a client does that connects ahead of time or hangs.
import { connect, type Socket } from 'node:net'
import type { ClientOptions } from './http-client.ts'
import { within } from './patience.ts'

export interface HeldConnections extends Disposable {
  /** How many were let in; the sidecar may have closed some since. */
  readonly opened: number
}

/** Opens `count` connections at once; resolves when each is open, refused, or has waited for as long as one waits for an answer. */
export async function holdConnections(
  count: number,
  { baseUrl, bounds, patience, recorder }: Pick<ClientOptions, 'baseUrl' | 'bounds' | 'patience' | 'recorder'>,
): Promise<HeldConnections> {
  const { hostname, port } = new URL(baseUrl)
  const sockets = Array.from({ length: count }, () => connect(Number(port), hostname))
  const release = () => sockets.forEach((socket) => void socket.destroy())
  recorder.whenClosed(release)
  const waitMs = patience.stretch(bounds.answerMs)
  const opened = await Promise.all(sockets.map((socket) => within(waitMs, isOpened(socket))))
  return { opened: opened.filter((open) => open === true).length, [Symbol.dispose]: release }
}

function isOpened(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).on('error', () => resolve(false))
    // Nothing is expected; only what is read shows its end.
    socket.resume()
  })
}
