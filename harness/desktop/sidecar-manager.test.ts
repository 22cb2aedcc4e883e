// The manager's rules on a clock that the test moves: hours pass in milliseconds, and nothing is scaled.
import { describe, expect, test } from 'vitest'
import { LaunchError } from '../process/launch-error.ts'
import { type Answer, createFakeWorld, type FakeWorld, managerIn, type Script } from './fixtures/fake-world.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const crashes: Script = { exitAfterMs: 50 }
const starts = (world: FakeWorld) => world.spawned.map(({ spawnedAtMs }) => spawnedAtMs)
/** From each end to the next spawn. */
const waits = ({ spawned }: FakeWorld) =>
  spawned.slice(1).map(({ spawnedAtMs }, index) => spawnedAtMs - (spawned[index]?.exitedAtMs ?? 0))

async function healthy(world: FakeWorld, options?: Parameters<typeof managerIn>[1]) {
  const managed = managerIn(world, options)
  const start = managed.manager.start()
  await world.clock.advance(SECOND)
  return { ...managed, started: await start }
}

describe('starting', () => {
  test('spawns nothing unasked', async () => {
    const world = createFakeWorld()
    const { manager } = managerIn(world)
    await world.clock.advance(10 * MINUTE)
    expect(world.spawned).toEqual([])
    expect(manager.status()).toMatchObject({ state: 'stopped', running: false, port: null, pid: null })
    expect([manager.getBaseUrl(), manager.getConnection(), manager.isRunning()]).toEqual([null, null, false])
  })

  test('is single-flight', async () => {
    const world = createFakeWorld()
    const { manager, states } = managerIn(world)
    const many = Array.from({ length: 20 }, (_, n) => (n % 2 ? manager.start() : manager.ensureRunning()))
    await world.clock.advance(SECOND)
    expect(new Set((await Promise.all(many)).map(({ baseUrl }) => baseUrl))).toEqual(
      new Set(['http://127.0.0.1:40000']),
    )
    expect(await manager.ensureRunning()).toEqual({ success: true, baseUrl: 'http://127.0.0.1:40000' })
    expect(world.spawned).toHaveLength(1)
    expect(states()).toEqual(['started', 'healthy'])
    expect(manager.status()).toMatchObject({ state: 'healthy', running: true, port: 40_000, pid: 1000 })
  })

  test('speaks the launch protocol, with fresh secrets for each process', async () => {
    const world = createFakeWorld({ exitAfterMs: 2 * SECOND }, {})
    await healthy(world, {
      contract: 'session/1',
      contentDir: 'content',
      command: { file: 'f', args: ['a'], cwd: 'c' },
    })
    await world.clock.advance(10 * SECOND)
    const [first, second] = world.spawned.map(({ command }) => command)
    const launch = '--contract session/1 --host 127.0.0.1 --port 0 --data-dir data --content-dir content'
    expect(first).toMatchObject({ file: 'f', cwd: 'c', args: ['a', ...launch.split(' ')] })
    expect(first?.env).toMatchObject({ PYTHONUTF8: '1', SIDECAR_PARENT_PID: String(process.pid) })
    expect(first?.env['SIDECAR_TOKEN']).toMatch(/^[\w-]{43}$/)
    for (const name of ['SIDECAR_TOKEN', 'SIDECAR_NONCE']) expect(first?.env[name]).not.toBe(second?.env[name])
  })

  test('asks only 127.0.0.1, and sends the token to nobody who has not proven who it is', async () => {
    const world = createFakeWorld()
    const { manager } = await healthy(world)
    await manager.stop()
    const token = world.spawned[0]?.command.env['SIDECAR_TOKEN']
    expect(world.asked.map(({ baseUrl, method, path, token }) => ({ baseUrl, method, path, token }))).toEqual(
      [
        { method: 'GET', path: '/health', token: undefined },
        { method: 'GET', path: '/ready', token },
        { method: 'POST', path: '/shutdown', token },
      ].map((asked) => ({ baseUrl: 'http://127.0.0.1:40000', ...asked })),
    )
  })

  test('a slow start of 20 s, and questions that fail meanwhile, restart nothing', async () => {
    const world = createFakeWorld({
      readyAfterMs: 20 * SECOND,
      health: (n) => (n < 20 ? 'refused' : 'ok'),
      notReady: 9,
    })
    const { manager, states } = managerIn(world)
    const start = manager.start()
    await world.clock.advance(20 * SECOND)
    expect(states()).toEqual(['started'])
    await world.clock.advance(30 * SECOND)
    expect(await start).toMatchObject({ success: true })
    expect(world.spawned).toHaveLength(1)
    expect(states()).toEqual(['started', 'healthy'])
  })

  test.each<[string, Script]>([
    ['no ready line', { readyAfterMs: 10 * MINUTE }],
    ['never well', { health: () => 'refused' }],
    ['never ready', { notReady: Number.POSITIVE_INFINITY }],
    ['silent', { health: () => 'silent' }],
  ])('gives up a start after 60 s: %s', async (_, script) => {
    const world = createFakeWorld(script, {})
    const { manager, changes, states } = managerIn(world)
    const start = manager.start()
    await world.clock.advance(59 * SECOND)
    expect(states()).toEqual(['started'])
    await world.clock.advance(5 * SECOND)
    expect(await start).toMatchObject({ success: true, baseUrl: 'http://127.0.0.1:40001' })
    expect(states()).toEqual(['started', 'restarting', 'started', 'healthy'])
    expect(changes[1]?.failure).toMatchObject({ code: 'INTERNAL', final: false, stderr: 'last words' })
  })

  test.each<[string, Script]>([
    ['the ready line of another', { ready: { nonce: 'somebody-elses' } }],
    ['a squatter at the port', { health: () => 'other-boot-id' }],
    ['another contract', { ready: { contract: 'session/1' } }],
    ['another host', { ready: { host: '0.0.0.0' } }],
  ])('trusts nobody but its own child: %s', async (_, script) => {
    const world = createFakeWorld(script, {})
    const { manager, states } = managerIn(world)
    const start = manager.start()
    await world.clock.advance(900)
    expect(manager.getConnection()).toBeNull()
    expect(states()).toEqual(['started', 'restarting'])
    expect(world.alive()).toEqual([])
    expect(world.asked.filter(({ path, token }) => path !== '/shutdown' && token !== undefined)).toEqual([])
    await world.clock.advance(5 * SECOND)
    expect(await start).toMatchObject({ success: true, baseUrl: 'http://127.0.0.1:40001' })
  })

  test('asks the hook before each spawn, and spawns nothing against it', async () => {
    const world = createFakeWorld()
    const wrong = { code: 'WRONG_ARCH', detail: 'It is for arm64.', hint: 'Install the other.', final: true } as const
    let verdict: typeof wrong | null = wrong
    const { manager, states } = managerIn(world, { beforeSpawn: () => verdict })
    expect(await manager.ensureRunning()).toMatchObject({
      success: false,
      failure: wrong,
      error: expect.stringContaining('WRONG_ARCH'),
    })
    expect(states()).toEqual(['error'])
    verdict = null
    expect(await manager.ensureRunning()).toMatchObject({ success: false, failure: wrong })
    expect(world.spawned).toEqual([])
    const start = manager.start()
    await world.clock.advance(SECOND)
    expect(await start).toMatchObject({ success: true })
    expect(manager.status().failure).toBeNull()
  })

  test.each([
    ['ENOENT', 'NOT_FOUND'],
    ['ENOEXEC', 'WRONG_ARCH'],
    ['EACCES', 'INTERNAL'],
  ])('does not try again where there is nothing to start: %s', async (code, verdict) => {
    const world = createFakeWorld()
    const launch = () => Promise.reject(new LaunchError({ file: './gone', args: [] }, code, new Error(code)))
    const { manager, states } = managerIn(world, { launch })
    expect(await manager.start()).toMatchObject({ success: false, failure: { code: verdict, final: true } })
    await world.clock.advance(10 * MINUTE)
    expect(states()).toEqual(['error'])
  })

  test('tries again where the system was only short of something', async () => {
    const world = createFakeWorld()
    let short = 2
    const launch: typeof world.launch = (command) =>
      short-- > 0
        ? Promise.reject(new LaunchError({ ...command }, 'EAGAIN', new Error('EAGAIN')))
        : world.launch(command)
    const { manager, states } = managerIn(world, { launch })
    const start = manager.start()
    await world.clock.advance(10 * SECOND)
    expect(await start).toMatchObject({ success: true })
    expect(states()).toEqual(['restarting', 'started', 'healthy'])
    expect(manager.status().restartCount).toBe(2)
  })

  test('an accident of our own ends in error, not in a rejection', async () => {
    const { manager } = managerIn(createFakeWorld(), { beforeSpawn: () => Promise.reject(new Error('disk gone')) })
    expect(await manager.start()).toMatchObject({ success: false, failure: { detail: 'disk gone' } })
    expect(manager.status().state).toBe('error')
  })
})

describe('polling', () => {
  test('asks every 5 s, one question at a time, and waits 2 s for each', async () => {
    const world = createFakeWorld({ health: (n) => (n > 1 && n % 2 === 0 ? 'silent' : 'ok') })
    const { manager, states } = await healthy(world)
    const since = world.asked.length
    await world.clock.advance(30 * SECOND)
    const polls = world.asked.slice(since).map(({ atMs }) => atMs)
    expect(polls.slice(1).map((atMs, index) => atMs - (polls[index] ?? 0))).toEqual([5_000, 5_000, 5_000, 5_000, 5_000])
    expect(world.askedAtOnce).toBe(1)
    expect(world.spawned).toHaveLength(1)
    expect(states().slice(2)).toEqual(['unhealthy', 'healthy', 'unhealthy', 'healthy', 'unhealthy', 'healthy'])
    expect(manager.isRunning()).toBe(true)
  })

  test('three failures in a row restart; one success resets', async () => {
    const failed = new Set([2, 3, 5, 6, 7])
    const world = createFakeWorld({ health: (n) => (failed.has(n) ? 'refused' : 'ok') }, {})
    const { changes, manager, states } = await healthy(world)
    await world.clock.advance(11 * SECOND)
    expect(manager.status()).toMatchObject({ state: 'unhealthy', failureCount: 2, running: true })
    await world.clock.advance(5 * SECOND)
    expect(manager.status()).toMatchObject({ state: 'healthy', failureCount: 0, failure: null })
    await world.clock.advance(10 * SECOND)
    expect(manager.status()).toMatchObject({ state: 'unhealthy', failureCount: 2 })
    await world.clock.advance(10 * SECOND)
    expect(states()).toEqual([
      'started',
      'healthy',
      'unhealthy',
      'healthy',
      'unhealthy',
      'restarting',
      'started',
      'healthy',
    ])
    expect(changes[5]).toMatchObject({ failureCount: 3, previous: 'unhealthy', running: false, port: null })
    expect(manager.status()).toMatchObject({ restartCount: 1, failureCount: 0, port: 40_001 })
    expect(waits(world)).toEqual([SECOND])
  })

  test.each(['silent', 'other-boot-id', 'not-well'] as const)(
    'a poll that is answered "%s" has failed',
    async (how) => {
      const world = createFakeWorld({ health: (n) => (n > 1 ? how : 'ok') })
      const { states } = await healthy(world)
      await world.clock.advance(20 * SECOND)
      expect(states().slice(2, 4)).toEqual(['unhealthy', 'restarting'])
    },
  )

  test.each<[string, Answer, number[]]>([
    ['before a poll', 'refused', [60_000]],
    ['in the middle of a poll', 'silent', [0, 60_000]],
    ['before a poll, and in the middle of it', 'silent', [60_000, 60_000]],
  ])('failures do not count where this process slept %s', async (_, answer, sleeps) => {
    const failing = new Set<number>()
    const world = createFakeWorld({ health: (n) => (failing.has(n) ? answer : 'ok') })
    const { manager, states } = await healthy(world)
    for (let nights = 0; nights < 5; nights++) {
      const asked = world.spawned[0]?.asked.health ?? 0
      failing.add(asked + 1)
      for (const sleepMs of sleeps) {
        if (sleepMs > 0) await world.clock.sleep(sleepMs)
        else while (world.spawned[0]?.asked.health === asked) await world.clock.advance(100)
      }
      await world.clock.advance(20 * SECOND)
    }
    expect(states()).toEqual(['started', 'healthy'])
    expect(manager.status()).toMatchObject({ failureCount: 0, restartCount: 0 })
  })

  test('a sidecar that hangs is found after sleep, too', async () => {
    const world = createFakeWorld({ health: (n) => (n > 1 ? 'silent' : 'ok') }, {})
    const { states } = await healthy(world)
    await world.clock.sleep(MINUTE)
    await world.clock.advance(30 * SECOND)
    expect(states()).toContain('restarting')
  })
})

describe('restarting', () => {
  test('waits 1, 2, 4, 8, 16 s from each exit, opens the breaker, and tries once a minute', async () => {
    const world = createFakeWorld(crashes)
    const { manager, states } = managerIn(world)
    const start = manager.start()
    await world.clock.advance(40 * SECOND)
    expect(waits(world)).toEqual([1, 2, 4, 8, 16].map((s) => s * SECOND))
    expect(await start).toMatchObject({ success: false, failure: { exit: { code: 1 } } })
    expect(manager.status()).toMatchObject({ state: 'circuit-breaker-open', restartCount: 5, circuitBreakerOpen: true })
    const openedAtMs = world.spawned[5]?.exitedAtMs ?? 0
    const asked = await Promise.all([manager.start(), manager.ensureRunning()])
    expect(asked).toMatchObject([{ success: false }, { success: false }])
    await world.clock.advance(openedAtMs + 59 * SECOND - world.clock.nowMs())
    expect(world.spawned).toHaveLength(6)
    expect(manager.status().nextStartInMs).toBe(SECOND)
    await world.clock.advance(MINUTE + 2 * SECOND)
    expect(waits(world).slice(5)).toEqual([MINUTE, MINUTE])
    expect(states().slice(-4)).toEqual(['started', 'circuit-breaker-open', 'started', 'circuit-breaker-open'])
    expect(manager.status()).toMatchObject({ restartCount: 7, circuitBreakerOpen: true })
    expect(world.spawned.every((one, n) => n === 0 || one.spawnedAtMs > (world.spawned[n - 1]?.exitedAtMs ?? 0))).toBe(
      true,
    )
  })

  test('a trial that becomes healthy closes the breaker; asking during it waits for it', async () => {
    const world = createFakeWorld(...Array.from({ length: 6 }, () => crashes), { readyAfterMs: 10 * SECOND })
    const { manager } = managerIn(world)
    void manager.start()
    await world.clock.advance(95 * SECOND)
    expect(manager.status()).toMatchObject({ state: 'started', circuitBreakerOpen: true })
    const during = manager.ensureRunning()
    await world.clock.advance(10 * SECOND)
    expect(await during).toMatchObject({ success: true })
    expect(manager.status()).toMatchObject({ state: 'healthy', circuitBreakerOpen: false, restartCount: 6 })
  })

  test('10 min of health clear the count, and nothing less does', async () => {
    const world = createFakeWorld(crashes, crashes, { exitAfterMs: 9 * MINUTE }, { exitAfterMs: 11 * MINUTE }, {})
    const { manager } = managerIn(world)
    void manager.start()
    await world.clock.advance(10 * MINUTE)
    expect(manager.status().restartCount).toBe(3)
    await world.clock.advance(11 * MINUTE)
    expect(manager.status()).toMatchObject({ restartCount: 1, state: 'healthy' })
    expect(waits(world)).toEqual([1, 2, 4, 1].map((s) => s * SECOND))
  })

  test('these 10 min are in a row: a failed poll begins them anew', async () => {
    const world = createFakeWorld(
      crashes,
      { health: (n) => (n === 60 ? 'refused' : 'ok'), exitAfterMs: 12 * MINUTE },
      {},
    )
    const { manager } = managerIn(world)
    void manager.start()
    await world.clock.advance(13 * MINUTE)
    expect(manager.status().restartCount).toBe(2)
  })

  test('time that this process slept is no health', async () => {
    const world = createFakeWorld(crashes, {})
    const { manager } = managerIn(world)
    void manager.start()
    await world.clock.advance(5 * SECOND)
    await world.clock.sleep(11 * MINUTE)
    await world.clock.advance(10 * SECOND)
    expect(manager.status()).toMatchObject({ state: 'healthy', restartCount: 1 })
  })

  test('the count is cleared while it is healthy, not only at the next crash', async () => {
    const world = createFakeWorld(crashes, {})
    const { manager } = managerIn(world)
    void manager.start()
    await world.clock.advance(10 * MINUTE)
    expect(manager.status().restartCount).toBe(1)
    await world.clock.advance(10 * SECOND)
    expect(manager.status().restartCount).toBe(0)
  })

  test.each([0, 3, 1, 69, 70, 73])('an unasked exit with code %i is answered by a restart', async (exitCode) => {
    const world = createFakeWorld({ exitAfterMs: 5 * SECOND, exitCode }, {})
    const { states } = await healthy(world)
    await world.clock.advance(20 * SECOND)
    expect(states()).toEqual(['started', 'healthy', 'restarting', 'started', 'healthy'])
  })

  test.each([
    [64, 'INTERNAL', 50],
    [77, 'INTEGRITY_FAILED', 50],
    [77, 'INTEGRITY_FAILED', 5 * SECOND],
    [78, 'INCOMPATIBLE', 50],
  ])('exit code %i is never answered by a restart (%s, after %i ms)', async (exitCode, code, exitAfterMs) => {
    const world = createFakeWorld({ exitAfterMs, exitCode })
    const { manager, states } = managerIn(world)
    const start = manager.start()
    await world.clock.advance(10 * MINUTE)
    const [first] = await Promise.all([start])
    expect(first.success).toBe(exitAfterMs > SECOND)
    expect(states().at(-1)).toBe('error')
    expect(manager.status().failure).toMatchObject({ code, final: true, exit: { code: exitCode } })
    expect(manager.status()).toMatchObject({ running: false, port: null, pid: null, nextStartInMs: null })
    expect(await manager.ensureRunning()).toMatchObject({ success: false, failure: { code } })
    expect(world.spawned).toHaveLength(1)
    void manager.start()
    await world.clock.advance(10)
    expect(world.spawned).toHaveLength(2)
  })

  test('whoever asks while it restarts gets the new one', async () => {
    const world = createFakeWorld({ exitAfterMs: 2 * SECOND }, {})
    const { manager } = await healthy(world)
    await world.clock.advance(1_500)
    expect(manager.status().state).toBe('restarting')
    expect(manager.getConnection()).toBeNull()
    const asked = manager.ensureRunning()
    await world.clock.advance(5 * SECOND)
    expect(await asked).toEqual({ success: true, baseUrl: 'http://127.0.0.1:40001' })
  })

  test('one that hangs is ended with its tree before the next is spawned, and the wait counts from its exit', async () => {
    const hangs: Script = { health: (n) => (n > 1 ? 'silent' : 'ok'), ignores: ['shutdown', 'eof', 'SIGTERM'] }
    const world = createFakeWorld(hangs, {})
    await healthy(world)
    await world.clock.advance(MINUTE)
    expect(starts(world)).toHaveLength(2)
    expect(waits(world)).toEqual([SECOND])
  })

  test('the rest of its tree is waited for, but does not lengthen the wait', async () => {
    const world = createFakeWorld({ ...crashes, childOutlivesMs: 700 }, { ...crashes, childOutlivesMs: 3_000 }, {})
    const { manager } = managerIn(world)
    const start = manager.start()
    await world.clock.advance(10 * SECOND)
    expect(await start).toMatchObject({ success: true })
    expect(waits(world)).toEqual([SECOND, 3 * SECOND])
  })

  test('no two processes at once, however it ends', async () => {
    const world = createFakeWorld(crashes, { health: (n) => (n > 1 ? 'silent' : 'ok'), ignores: ['eof', 'shutdown'] })
    const { manager } = managerIn(world)
    void manager.start()
    for (let seconds = 0; seconds < 600; seconds++) {
      await world.clock.advance(SECOND)
      expect(world.alive().length).toBeLessThanOrEqual(1)
    }
  })
})

describe('stopping', () => {
  test('is no crash, and nothing starts again', async () => {
    const world = createFakeWorld({ stopsWith: 1 })
    const { manager, states, changes } = await healthy(world)
    const stop = manager.stop()
    await world.clock.advance(10)
    expect(await stop).toMatchObject({ success: true, report: { endedBy: 'shutdown', shutdown: { kind: 'answered' } } })
    await world.clock.advance(30 * MINUTE)
    expect(states()).toEqual(['started', 'healthy', 'stopped'])
    expect(changes.at(-1)).toMatchObject({ failure: null, running: false, port: null, pid: null, restartCount: 0 })
    expect(world.spawned).toHaveLength(1)
  })

  test.each<[string, Script, number]>([
    ['during start-up', { readyAfterMs: 30 * SECOND }, 5 * SECOND],
    ['while it is not ready', { notReady: 1e9 }, 5 * SECOND],
    ['in the back-off', crashes, 500],
    ['with the breaker open', crashes, 40 * SECOND],
    ['in the moment of the spawn', {}, 0],
    ['while it is unhealthy', { health: (n) => (n > 1 ? 'refused' : 'ok') }, 7 * SECOND],
    [
      'while one that hangs is being ended',
      { health: (n) => (n > 1 ? 'silent' : 'ok'), ignores: ['shutdown', 'eof'] },
      19 * SECOND,
    ],
  ])('%s', async (_, script, afterMs) => {
    const world = createFakeWorld(script)
    const { manager, states } = managerIn(world)
    const start = manager.start()
    await world.clock.advance(afterMs)
    const stop = manager.stop()
    await world.clock.advance(8 * SECOND)
    expect(await stop).toMatchObject({ success: true })
    await start
    const spawned = world.spawned.length
    await world.clock.advance(10 * MINUTE)
    expect(world.spawned).toHaveLength(spawned)
    expect(world.alive()).toEqual([])
    expect(manager.status()).toMatchObject({
      state: 'stopped',
      restartCount: 0,
      circuitBreakerOpen: false,
      failure: null,
    })
    expect(states().filter((state) => state === 'stopped')).toHaveLength(spawned > 0 ? 1 : 0)
  })

  test('a start that is stopped fails, and says so', async () => {
    const world = createFakeWorld({ readyAfterMs: 30 * SECOND })
    const { manager } = managerIn(world)
    const start = manager.start()
    await world.clock.advance(SECOND)
    void manager.stop()
    await world.clock.advance(SECOND)
    expect(await start).toMatchObject({ success: false, error: expect.stringContaining('stopped') })
  })

  test('nobody is to be talked to from the request on', async () => {
    const world = createFakeWorld({ ignores: ['shutdown', 'eof'] })
    const { manager } = await healthy(world)
    void manager.stop()
    expect([manager.isRunning(), manager.getConnection(), manager.status().running]).toEqual([false, null, false])
    await world.clock.advance(8 * SECOND)
    expect(manager.status().state).toBe('stopped')
  })

  test.each<[Script['ignores'], string, number]>([
    [[], 'shutdown', 0],
    [['shutdown'], 'stdin', 250],
    [['shutdown', 'eof'], 'sigterm', 5_250],
    [['shutdown', 'eof', 'SIGTERM'], 'sigkill', 7_250],
  ])(
    'climbs the ladder, within 8 s: ignoring %j ends by %s after %i ms',
    async (ignores = [], endedBy, exitedAfterMs) => {
      const world = createFakeWorld({ ignores })
      const { manager } = await healthy(world)
      const stop = manager.stop()
      await world.clock.advance(8 * SECOND)
      expect(await stop).toMatchObject({ success: true, report: { endedBy, exitedAfterMs } })
      expect(manager.status().state).toBe('stopped')
    },
  )

  test('a crash meanwhile ends in stopped', async () => {
    const world = createFakeWorld({ ignores: ['shutdown', 'eof'], exitAfterMs: 3 * SECOND, exitCode: 77 })
    const { manager, states } = await healthy(world)
    const stop = manager.stop()
    await world.clock.advance(8 * SECOND)
    expect(await stop).toMatchObject({ success: true })
    expect(states()).toEqual(['started', 'healthy', 'stopped'])
  })

  test('so does one in nearly the same moment: from the request on nothing else is told', async () => {
    for (let turns = 0; turns < 15; turns++) {
      const world = createFakeWorld()
      const { manager, states } = await healthy(world)
      world.spawned[0]?.end({ code: 1 })
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      const before = states()
      const stop = manager.stop()
      await world.clock.advance(SECOND)
      expect(await stop).toMatchObject({ success: true })
      expect(states()).toEqual([...before, 'stopped'])
      expect(world.spawned).toHaveLength(1)
    }
  })

  test('may be called at any time, and by many', async () => {
    const world = createFakeWorld()
    const { manager, states } = managerIn(world)
    expect(await manager.stop()).toEqual({ success: true })
    expect(states()).toEqual([])
    void manager.start()
    await world.clock.advance(SECOND)
    const [one, other] = [manager.stop(), manager.stop()]
    const again = manager.start()
    await world.clock.advance(SECOND)
    expect(await one).toBe(await other)
    expect(await again).toMatchObject({ success: true, baseUrl: 'http://127.0.0.1:40001' })
    expect(states()).toEqual(['started', 'healthy', 'stopped', 'started', 'healthy'])
  })

  test('stop and start begin anew, also with the breaker open', async () => {
    const world = createFakeWorld(...Array.from({ length: 6 }, () => crashes), {})
    const { manager } = managerIn(world)
    void manager.start()
    await world.clock.advance(40 * SECOND)
    expect(manager.status().state).toBe('circuit-breaker-open')
    await manager.stop()
    const start = manager.start()
    await world.clock.advance(SECOND)
    expect(await start).toMatchObject({ success: true })
    expect(manager.status()).toMatchObject({ restartCount: 0, circuitBreakerOpen: false })
  })

  test('killNow waits for nothing', async () => {
    const world = createFakeWorld({ ignores: ['shutdown', 'eof', 'SIGTERM'] })
    const { manager } = await healthy(world)
    manager.killNow()
    expect(world.alive()).toEqual([])
    await world.clock.advance(10 * MINUTE)
    expect(world.spawned).toHaveLength(1)
    expect(manager.status().state).toBe('stopped')
  })

  test('a listener may stop it, and a listener that throws harms nobody', async () => {
    const world = createFakeWorld()
    const { manager } = managerIn(world)
    const heard: string[] = []
    manager.onStatusChange(({ state }) => {
      if (state === 'healthy') void manager.stop()
    })
    manager.onStatusChange(({ state }) => {
      if (state === 'healthy') throw new Error('a defect of the listener')
    })
    manager.onStatusChange(({ state }) => heard.push(state))
    const off = manager.onStatusChange(() => heard.push('unsubscribed'))
    off()
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    void manager.start()
    await world.clock.advance(10 * SECOND)
    expect(heard).toEqual(['started', 'healthy', 'stopped'])
    expect((await warned).message).toContain('a defect of the listener')
  })
})
