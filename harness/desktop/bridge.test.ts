import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Bridge, type BridgeOptions } from './bridge.ts'
import { BridgeError } from './bridge-error.ts'
import { createFakeClock } from './fixtures/fake-clock.ts'
import { living } from './fixtures/real-sidecar.ts'

const program = fileURLToPath(new URL('./fixtures/fake-stdio.mjs', import.meta.url))

/** See fake-stdio.mjs for its flags and commands. */
async function bridgeTo(flags: readonly string[] = [], options: Partial<BridgeOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'sidecheck-bridge-'))
  const file = join(folder, 'count')
  const journal = join(folder, 'journal')
  const warnings: string[] = []
  const command = { file: process.execPath, args: [program, `--journal=${journal}`, ...flags] }
  const bridge = new Bridge({ command, onWarning: (message) => warnings.push(message), ...options })
  onTestFinished(async () => {
    await bridge.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  })
  const run = (command: string, args: unknown = {}, timeoutMs?: number) =>
    bridge.run(command, 'project', args, timeoutMs === undefined ? {} : { timeoutMs })
  const processes = async () => (await readFile(journal, 'utf8')).trim().split('\n').map(Number)
  return { bridge, file, processes, run, warnings }
}

describe('one process', () => {
  test('starts with the first command, and serves all of them', async () => {
    const { processes, run } = await bridgeTo()
    const given = { text: 'é漢😀\u2028\u0085\n', list: [1, null, { deep: true }] }
    expect(await run('echo', given)).toEqual(given)
    expect(await run('pid')).toBe(await run('pid'))
    expect(await processes()).toHaveLength(1)
  })

  test('one command at a time, in the order of the calls', async () => {
    const { run } = await bridgeTo()
    const order: number[] = []
    const slowFirst = Array.from({ length: 50 }, (_, n) =>
      run(n === 0 ? 'sleep' : 'echo', n === 0 ? { ms: 50 } : n).then((result) => {
        order.push(n)
        return result
      }),
    )
    expect((await Promise.all(slowFirst)).slice(1)).toEqual(Array.from({ length: 49 }, (_, n) => n + 1))
    expect(order).toEqual(Array.from({ length: 50 }, (_, n) => n))
  })

  test('an error of the program is told with its type, and the process stays', async () => {
    const { processes, run } = await bridgeTo()
    await expect(run('fail')).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'ValueError: no such project',
      answered: { type: 'ValueError', message: 'no such project' },
    })
    await expect(run('fail-without-id')).rejects.toThrow('ParseError: what?')
    expect(await run('echo', 1)).toBe(1)
    expect(await processes()).toHaveLength(1)
  })

  test('noise on stdout and 2 MB of stderr disturb nobody', async () => {
    const { run } = await bridgeTo()
    expect(await run('noise', { bytes: 2 * 1024 * 1024 })).toBe('quiet now')
  })

  test.each([65_535, 65_536, 65_537, 1024 * 1024, 16 * 1024 * 1024 - 64])('a result of %i bytes', async (bytes) => {
    const { run } = await bridgeTo()
    expect(await run('big', { bytes })).toHaveLength(bytes)
  })

  test('a line over 16 MiB is told apart from everything else, in both directions', async () => {
    const { processes, run } = await bridgeTo()
    await expect(run('big', { bytes: 16 * 1024 * 1024 })).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    await expect(run('echo', 'a'.repeat(16 * 1024 * 1024))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    expect(await run('echo', 'still here')).toBe('still here')
    expect(await processes()).toHaveLength(1)
  })

  test('arguments that are no JSON are told before anything is sent', async () => {
    const { run } = await bridgeTo()
    await expect(run('echo', 10n)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    await expect(run('echo', cycle)).rejects.toBeInstanceOf(BridgeError)
  })
})

describe('time', () => {
  test('a late answer is never taken for the next one', async () => {
    const { processes, run } = await bridgeTo()
    await run('echo', 'up')
    await expect(run('sleep', { ms: 300 }, 20)).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(await run('echo', 'mine')).toBe('mine')
    await expect(run('sleep', { ms: 300 }, 20)).rejects.toMatchObject({ code: 'TIMEOUT' })
    await expect(run('fail')).rejects.toThrow('ValueError')
    expect(await processes()).toHaveLength(1)
  })

  test('waits a minute unless told otherwise, on the clock that is passed in', async () => {
    const clock = createFakeClock()
    const { run } = await bridgeTo([], { clock })
    expect(await run('echo', 1)).toBe(1)
    const muted = run('mute').catch((error: BridgeError) => error.code)
    await clock.advance(59_999)
    const still = Symbol()
    expect(await Promise.race([muted, Promise.resolve(still)])).toBe(still)
    await clock.advance(1)
    expect(await muted).toBe('TIMEOUT')
  })

  test('a process that lets two commands in a row time out is replaced', async () => {
    const { processes, run } = await bridgeTo()
    await run('echo', 'up')
    await expect(run('mute', {}, 20)).rejects.toMatchObject({ code: 'TIMEOUT' })
    await expect(run('echo', 1, 20)).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(await run('echo', 2)).toBe(2)
    const [first, ...others] = await processes()
    expect(others).toHaveLength(1)
    expect(await living([first])).toEqual([])
  })
})

describe('crashes', () => {
  test('an idempotent command is sent once more, in a new process', async () => {
    const { file, processes, run } = await bridgeTo([], { idempotent: ['crash-once'] })
    expect(await run('crash-once', { file })).toBe('done')
    expect(await processes()).toHaveLength(2)
  })

  test('another one is not, since nobody knows what it did', async () => {
    const { file, processes, run } = await bridgeTo()
    await expect(run('crash-once', { file })).rejects.toMatchObject({ code: 'KERNEL_DIED', retryable: false })
    expect(await run('count', { file })).toBe(2)
    expect(await processes()).toHaveLength(2)
  })

  test('never more than once', async () => {
    const { processes, run } = await bridgeTo([], { idempotent: ['crash'] })
    await expect(run('crash')).rejects.toMatchObject({ code: 'KERNEL_DIED', retryable: true })
    expect(await processes()).toHaveLength(2)
  })

  test.each(['half', 'linger'])('its end is seen, also by "%s"', async (how) => {
    const { run } = await bridgeTo()
    await expect(run(how)).rejects.toMatchObject({ code: 'KERNEL_DIED' })
    expect(await run('echo', 1)).toBe(1)
  })

  test('one that ended between two commands costs nobody a result', async () => {
    const { run } = await bridgeTo()
    const pid = Number(await run('pid'))
    process.kill(pid, 'SIGKILL')
    while ((await living([pid])).length > 0) await new Promise((resolve) => setImmediate(resolve))
    const result = await run('echo', 1).catch((error: BridgeError) => error.code)
    expect([1, 'KERNEL_DIED']).toContain(result)
    expect(await run('echo', 2)).toBe(2)
  })

  test('three in 10 s: each command has a process of its own for a minute, with one warning', async () => {
    const clock = createFakeClock()
    const { processes, run, warnings } = await bridgeTo(['--crashes=3'], { clock, idempotent: ['pid'] })
    await expect(run('pid')).rejects.toMatchObject({ code: 'KERNEL_DIED', stderr: 'cannot load the model\n' })
    expect(warnings).toEqual([])
    expect(await run('pid')).toBeTypeOf('number')
    expect(warnings).toEqual([expect.stringContaining('crashed 3 times within 10 s')])
    expect(await run('pid')).not.toBe(await run('pid'))
    expect(await living(await processes())).toEqual([])
    await clock.advance(60_000)
    expect(await run('pid')).toBe(await run('pid'))
    expect(warnings).toHaveLength(1)
  })

  test('two in 10 s and one later do not', async () => {
    const clock = createFakeClock()
    const { run, warnings } = await bridgeTo([], { clock })
    for (const passMs of [5_000, 5_001, 5_001, 5_001]) {
      await expect(run('crash')).rejects.toMatchObject({ code: 'KERNEL_DIED' })
      await clock.advance(passMs)
    }
    expect(warnings).toEqual([])
    expect(await run('pid')).toBe(await run('pid'))
  })

  test('no such program: told each time, and nothing hangs', async () => {
    const bridge = new Bridge({ command: { file: './no-such-program' } })
    await expect(bridge.run('echo', '', {})).rejects.toMatchObject({ code: 'INTERNAL', message: /no such file/ })
    await expect(bridge.run('echo', '', {})).rejects.toMatchObject({ code: 'INTERNAL' })
    await bridge.close()
  })
})

describe('closing', () => {
  test('before anything ran', async () => {
    const { bridge, run } = await bridgeTo()
    await bridge.close()
    await expect(run('echo')).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  test.each([[[]], [['--ignore=eof']], [['--ignore=eof,SIGTERM']]])('during a command, %j', async (flags) => {
    const { bridge, processes, run } = await bridgeTo(flags)
    await run('echo')
    const running = run('mute').catch((error: BridgeError) => error.code)
    const waiting = run('echo').catch((error: BridgeError) => error.code)
    await Promise.all([bridge.close(), bridge.close()])
    expect([await running, await waiting]).toEqual(['CANCELLED', 'CANCELLED'])
    expect(await living(await processes())).toEqual([])
  })

  test('in the moment of the first command', async () => {
    const { bridge, run } = await bridgeTo()
    const first = run('pid').catch((error: BridgeError) => error.code)
    await bridge.close()
    expect(await first).toBe('CANCELLED')
  })
})
