// The manager with real processes, sockets and signals: what a fake world cannot show.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { currentSystem } from '../process/system/current.ts'
import { living, realManager } from './fixtures/real-sidecar.ts'

const onPosix = describe.skipIf(currentSystem().name === 'windows')

test('starts, can be talked to, and leaves nothing behind', async () => {
  const { journal, manager, states } = await realManager(['--child'])
  const { baseUrl } = await manager.ensureRunning()
  const { token = '' } = manager.getConnection() ?? {}
  const answer = await fetch(`${baseUrl}/ready`, { headers: { authorization: `Bearer ${token}` } })
  expect(await answer.json()).toEqual({ ready: true })
  expect(await manager.stop()).toMatchObject({
    success: true,
    report: { shutdown: { kind: 'answered' }, exit: { code: 0 } },
  })
  expect(states).toEqual(['started', 'healthy', 'stopped'])
  const seen = await journal()
  const pids = [seen.find(({ start }) => start)?.start, seen.find(({ child }) => child)?.child]
  expect(pids).not.toContain(undefined)
  expect(await living(pids)).toEqual([])
  const requests = seen.filter(({ url }) => url)
  expect(new Set(requests.map(({ host }) => host))).toEqual(new Set([baseUrl?.slice('http://'.length)]))
  expect(requests.filter(({ token, url }) => token !== (url !== '/health'))).toEqual([])
})

test.each([
  ['one byte at a time', ['--drip']],
  ['three lines in one write', ['--three-lines']],
  ['2 MB of stderr that nobody reads', ['--noise=2097152']],
  ['late', ['--listen-after=700']],
])('understands a ready line: %s', async (_, flags) => {
  const { journal, manager } = await realManager(flags)
  expect(await manager.start()).toMatchObject({ success: true })
  expect((await journal()).filter(({ start }) => start)).toHaveLength(1)
})

test('keeps the end of stderr for who looks why', async () => {
  const { manager } = await realManager(['--noise=2097152', '--crash-after=1', '--exit=77'])
  await manager.start()
  while (manager.status().state !== 'error') await new Promise((resolve) => manager.onStatusChange(resolve))
  expect(manager.status().failure?.stderr).toMatch(/^n{1000,65536}$/)
})

test('does not talk to a squatter whom the ready line points at', async () => {
  const asked: (string | undefined)[] = []
  const squatter = createServer((request, response) => {
    asked.push(request.headers.authorization)
    response.writeHead(200).end('{"status":"ok","boot_id":"squatter"}')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void squatter.close())
  await new Promise((resolve) => squatter.once('listening', resolve))
  const { port } = squatter.address() as AddressInfo
  const { manager, states } = await realManager([`--claim-port=${port}`, '--first=1'])
  const { baseUrl, success } = await manager.start()
  expect(success).toBe(true)
  expect(baseUrl).not.toContain(String(port))
  expect(states).toEqual(['started', 'restarting', 'started', 'healthy'])
  expect(asked[0]).toBeUndefined()
})

test.each([
  ['hangs', ['--hang-after=2', '--child', '--first=1'], { answerWithinMs: 700, startWithinMs: 10_000 }],
  ['crashes', ['--crash-after=2', '--child', '--first=1'], {}],
  ['lies about its state', ['--lie=status', '--first=1'], { startWithinMs: 3_000 }],
  ['echoes another nonce', ['--nonce=another', '--first=1'], {}],
  ['exits before it is ready', ['--exit=70', '--first=1'], {}],
])('one that %s is replaced, and gone with its tree', async (_, flags, options) => {
  const { journal, manager, until } = await realManager(flags, options)
  const restarting = until('restarting')
  void manager.start()
  await restarting
  expect(await manager.ensureRunning()).toMatchObject({ success: true })
  const seen = await journal()
  const [first, second, ...more] = seen.flatMap(({ start }) => start ?? [])
  expect(more).toEqual([])
  expect(await living([first, ...seen.flatMap(({ child }) => child ?? [])])).toEqual([])
  expect(manager.status()).toMatchObject({ pid: second, restartCount: 1 })
})

test('crash after crash opens the breaker; a trial that is healthy closes it', async () => {
  const { journal, manager, states, until } = await realManager(['--exit=1', '--first=7'])
  expect(await manager.start()).toMatchObject({ success: false })
  expect(manager.status()).toMatchObject({ circuitBreakerOpen: true, restartCount: 5 })
  await until('healthy')
  expect(manager.status()).toMatchObject({ circuitBreakerOpen: false, restartCount: 7 })
  expect((await journal()).filter(({ start }) => start)).toHaveLength(8)
  expect(states.filter((state) => state === 'circuit-breaker-open')).toHaveLength(2)
})

test('exit code 77 is told with what helps, and is not tried again', async () => {
  const { journal, manager } = await realManager(['--exit=77'])
  const result = await manager.ensureRunning()
  expect(result).toMatchObject({ success: false, failure: { code: 'INTEGRITY_FAILED', final: true } })
  expect(result.error).toContain('install the bundle again')
  expect(await manager.ensureRunning()).toMatchObject({ success: false })
  expect(await journal()).toHaveLength(1)
})

test('says at once that there is no such program', async () => {
  const { manager } = await realManager([], { command: { file: './no-such-sidecar' } })
  expect(await manager.start()).toMatchObject({ success: false, failure: { code: 'NOT_FOUND' } })
})

onPosix('the stop ladder', () => {
  test.each([
    ['shutdown', 'stdin'],
    ['shutdown,eof', 'sigterm'],
    ['shutdown,eof,SIGTERM', 'sigkill'],
  ])('ignoring %s ends by %s, with a child that holds the pipe', async (ignored, endedBy) => {
    const { journal, manager, states } = await realManager([`--ignore=${ignored}`, '--child'])
    await manager.start()
    expect(await manager.stop()).toMatchObject({ success: true, report: { endedBy } })
    expect(states).toEqual(['started', 'healthy', 'stopped'])
    expect(await living((await journal()).flatMap(({ start, child }) => start ?? child ?? []))).toEqual([])
  })
})
