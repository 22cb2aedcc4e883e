import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { nobody, serveForTest } from './fixtures/serve-for-test.ts'
import { holdConnections } from './hold-connections.ts'

it('opens them, says nothing, and lets them go', async () => {
  const server = createServer((socket) => socket.on('data', () => socket.destroy())).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const options = { ...(await serveForTest(() => undefined)), baseUrl: `http://127.0.0.1:${port}` }
  {
    using held = await holdConnections(20, options)
    expect(held.opened).toBe(20)
  }
  // A server closes only when each of its connections has ended.
  server.close()
  await once(server, 'close')
})

it('counts those alone that were let in', async () => {
  using held = await holdConnections(3, await nobody())
  expect(held.opened).toBe(0)
})
