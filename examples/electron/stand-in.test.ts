// The example's main-process code, run as an app of its own process: after every kind of end no sidecar is left.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { living } from '../../harness/desktop/fixtures/real-sidecar.ts'

interface Said {
  readonly quit?: string
  readonly change?: { readonly state: string; readonly pid: number }
  readonly [method: string]: unknown
}

async function startApp(flags: readonly string[] = []) {
  const program = fileURLToPath(new URL('./stand-in.ts', import.meta.url))
  const dataDir = await mkdtemp(join(tmpdir(), 'sidecheck-app-'))
  const app = spawn(process.execPath, [program, dataDir, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(async () => {
    app.kill('SIGKILL')
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 })
  })
  const exited = once(app, 'exit')
  const said: Said[] = []
  const lines = createInterface({ input: app.stdout })
  lines.on('line', (line) => said.push(JSON.parse(line)))
  const closed = once(lines, 'close')
  const until = async (wanted: (what: Said) => boolean) => {
    for (;;) {
      const found = said.find(wanted)
      if (found) return found
      await once(lines, 'line')
    }
  }
  const tell = (word: string) => void app.stdin.write(`${word}\n`)
  const ended = async () => {
    const [code, signal] = await exited
    await closed
    return { code, signal, said }
  }
  return { app, ended, said, tell, until }
}

async function healthyApp(flags: readonly string[] = []) {
  const started = await startApp(flags)
  started.tell('ensureRunning')
  const { ensureRunning } = await started.until((what) => 'ensureRunning' in what)
  expect(ensureRunning).toMatchObject({ success: true, baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) })
  const pids = started.said.flatMap(({ change }) => (change ? [change.pid] : []))
  expect(await living(pids)).not.toEqual([])
  return { ...started, pids }
}

/** No system tells of the end of a process that is not one's child. */
const gone = async (pids: readonly number[]) => {
  while ((await living(pids)).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('after the end of the app', () => {
  test('quit waits until the sidecar is gone', async () => {
    const { ended, pids, tell } = await healthyApp()
    tell('quit')
    const { code, said } = await ended()
    expect(code).toBe(0)
    expect(said.flatMap(({ quit }) => quit ?? [])).toEqual(['called off', 'passed'])
    expect(said.flatMap(({ change }) => change?.state ?? [])).toEqual(['started', 'healthy', 'stopped'])
    expect(await living(pids)).toEqual([])
  })

  test('also when the user insists, and the sidecar heeds nothing', async () => {
    const { ended, pids, tell } = await healthyApp(['--ignore=shutdown,eof'])
    tell('quit')
    tell('quit')
    tell('quit')
    expect(await ended()).toMatchObject({ code: 0 })
    expect(await living(pids)).toEqual([])
  })

  test('also in the middle of its start', async () => {
    const { ended, tell, until } = await startApp(['--listen-after=30000'])
    tell('start')
    const { change } = await until((what) => what.change?.state === 'started')
    tell('quit')
    const { code, said } = await ended()
    expect(code).toBe(0)
    expect(said.find(({ start }) => start)).toMatchObject({ start: { success: false } })
    expect(await living([Number(change?.pid)])).toEqual([])
  })

  test('an exit that nobody can call off kills it', async () => {
    const { ended, pids, tell } = await healthyApp(['--ignore=shutdown,eof,SIGTERM'])
    tell('exit')
    expect(await ended()).toMatchObject({ code: 3 })
    await gone(pids)
  })

  test.skipIf(process.platform === 'win32')('a signal ends it like a quit', async () => {
    const { app, ended, pids } = await healthyApp()
    app.kill('SIGTERM')
    expect(await ended()).toMatchObject({ code: 0 })
    expect(await living(pids)).toEqual([])
  })

  test('a killed app takes it along, since the end of its stdin says so', async () => {
    const { app, ended, pids } = await healthyApp()
    app.kill('SIGKILL')
    await ended()
    await gone(pids)
  })
})

test('renderers can ask, and are told of each change', async () => {
  const { ended, pids, tell, until } = await healthyApp()
  for (const method of ['status', 'isRunning', 'getBaseUrl', 'stop']) tell(method)
  expect(await until((what) => 'status' in what)).toMatchObject({
    status: { running: true, state: 'healthy', restartCount: 0, failureCount: 0, circuitBreakerOpen: false },
  })
  expect(await until((what) => 'isRunning' in what)).toEqual({ isRunning: true })
  expect(await until((what) => 'stop' in what)).toEqual({ stop: { success: true } })
  expect(await living(pids)).toEqual([])
  tell('quit')
  expect(await ended()).toMatchObject({ code: 0 })
})

test('the preload script names the channels that are served', () => {
  const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8')
  const served = [...read('./sidecar-ipc.ts').matchAll(/'sidecar:([\w-]+)'/g)].map(([, name]) => name)
  const called = [...read('./preload.cjs').matchAll(/call\('(\w+)'\)/g)].map(([, name]) => name)
  expect([...called, 'status-change'].sort()).toEqual(served.sort())
})
