import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { serveForTest, type TalkOptions } from './fixtures/serve-for-test.ts'
import type { ClientBounds } from './http-client.ts'
import { trickleRequest } from './trickle-request.ts'

const head = { method: 'GET', target: '/things/1', headers: [['host', 'here']], trickles: 'head' } as const

/** A server that does this to each connection, and the options of a client for it. */
async function bench(take: (socket: Socket) => void, bounds: Partial<ClientBounds> = {}): Promise<TalkOptions> {
  const server = createServer(take).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error(`expected a port; received ${address}`)
  const options = await serveForTest(() => undefined, bounds)
  return { ...options, baseUrl: `http://127.0.0.1:${address.port}` }
}

describe('a request that trickles in', () => {
  it.each([
    ['head', 'GET /things/1 HTTP/1.1\r\nhost: here\r\nx-slow: '],
    ['body', 'GET /things/1 HTTP/1.1\r\nhost: here\r\n\r\n'],
  ] as const)('whose %s is not whole is cut when the connection is closed', async (trickles, begins) => {
    const received: string[] = []
    const options = await bench((socket) =>
      socket.once('data', (bytes) => {
        received.push(bytes.toString())
        socket.end('HTTP/1.1 408 Request Timeout\r\n\r\n')
      }),
    )
    expect(await trickleRequest({ ...head, trickles }, options)).toBeGreaterThanOrEqual(0)
    expect(received).toEqual([begins])
    const [exchange] = options.recorder.exchanges
    expect(exchange).toMatchObject({ operation: 'talk.thing', ending: 'broken', violations: [] })
    expect(exchange?.chunks.map(({ text }) => text).join('')).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('is given up by us where the connection stays open, whatever is answered', async () => {
    const options = await bench((socket) => socket.on('error', () => undefined).write('HTTP/1.1 408 \r\n\r\n'), {
      slowRequestMs: 50,
    })
    expect(await trickleRequest(head, options)).toBeUndefined()
    expect(options.recorder.exchanges).toMatchObject([{ ending: 'closed-by-us', violations: [] }])
  })
})
