// Ports of the harness's own: one that nobody listens on, and one that takes connections and never answers.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** A port that was free a moment ago. */
export async function portWithoutListener(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  server.close()
  await once(server, 'close')
  return port
}

export interface Tarpit extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** How many have connected so far. */
  connections(): number
}

/** Takes every connection, reads nothing, says nothing. */
export async function tarpit(): Promise<Tarpit> {
  const sockets: Socket[] = []
  const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)))
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => sockets.length,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}
