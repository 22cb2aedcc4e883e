import { execFile } from 'node:child_process'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { httpProbe } from './health-probe.ts'

const signal = new AbortController().signal

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('gives status and decoded body, and sends the token where there is one', async () => {
  const seen: IncomingMessage['headers'][] = []
  const baseUrl = await serve((request, response) => {
    seen.push(request.headers)
    response.writeHead(200).end(JSON.stringify({ method: request.method, path: request.url }))
  })
  expect(await httpProbe({ method: 'GET', baseUrl, path: '/health', signal })).toEqual({
    status: 200,
    body: { method: 'GET', path: '/health' },
  })
  await httpProbe({ method: 'POST', baseUrl, path: '/shutdown', token: 'T', signal })
  expect(seen.map(({ authorization, host }) => [authorization, host])).toEqual([
    [undefined, baseUrl.slice(7)],
    ['Bearer T', baseUrl.slice(7)],
  ])
})

test('follows no redirect', async () => {
  const baseUrl = await serve((_, response) => response.writeHead(302, { location: '/elsewhere' }).end())
  expect(await httpProbe({ method: 'GET', baseUrl, path: '/health', signal })).toMatchObject({ status: 302 })
})

test('reads no endless answer', async () => {
  const baseUrl = await serve((_, response) => {
    response.writeHead(200)
    const pump = () => response.write('x'.repeat(16_384), pump)
    pump()
    response.on('error', () => undefined)
  })
  await expect(httpProbe({ method: 'GET', baseUrl, path: '/health', signal })).rejects.toThrow('at most 65536 bytes')
})

test('ends when nobody waits any more', async () => {
  const giveUp = new AbortController()
  const baseUrl = await serve(() => giveUp.abort())
  await expect(httpProbe({ method: 'GET', baseUrl, path: '/health', signal: giveUp.signal })).rejects.toThrow()
})

test('takes no proxy from the environment', async () => {
  let asked = 0
  const proxy = await serve((_, response) => {
    asked++
    response.writeHead(502).end()
  })
  const baseUrl = await serve((_, response) => response.writeHead(200).end('{"direct":true}'))
  const program = `
    const { httpProbe } = await import(${JSON.stringify(new URL('./health-probe.ts', import.meta.url).href)})
    const signal = new AbortController().signal
    console.log(JSON.stringify(await httpProbe({ method: 'GET', baseUrl: ${JSON.stringify(baseUrl)}, path: '/', signal })))`
  const env = {
    ...process.env,
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: proxy,
    http_proxy: proxy,
    NO_PROXY: '',
    no_proxy: '',
  }
  const said = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, ['--input-type=module', '-e', program], { env }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    )
  })
  expect(JSON.parse(said)).toEqual({ status: 200, body: { direct: true } })
  expect(asked).toBe(0)
})
