import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { snapshotTree } from '../process/process-tree.ts'
import { currentSystem } from '../process/system/current.ts'
import { createFakeClock } from './fixtures/fake-clock.ts'
import { living } from './fixtures/real-sidecar.ts'
import { type BackendExit, PythonProcessManager, type PythonProcessManagerOptions } from './python-process-manager.ts'

const program = fileURLToPath(new URL('./fixtures/fake-backend.mjs', import.meta.url))
/** Windows starts no script as if it were a program. */
const onPosix = describe.skipIf(currentSystem().name === 'windows')

/** A manager whose executable is fake-backend.mjs. */
async function managed(options: Partial<PythonProcessManagerOptions> = {}) {
  const projectDir = await mkdtemp(join(tmpdir(), 'sidecheck-backend-'))
  await mkdir(join(projectDir, 'python', 'dist'), { recursive: true })
  const path = join(projectDir, 'python', 'dist', 'backend')
  await writeFile(path, `#!${process.execPath}\nimport(${JSON.stringify(program)})\n`, { mode: 0o755 })
  const exits: BackendExit[] = []
  const onExit = (end: BackendExit) => exits.push(end)
  const location = { projectDir, resourcesDir: '', isPackaged: false }
  const manager = new PythonProcessManager({ ...location, onExit, ...options })
  onTestFinished(async () => {
    await manager.stop()
    await rm(projectDir, { recursive: true, force: true, maxRetries: 3 })
  })
  return { exits, manager, path }
}

async function treeOf(pid: number | null) {
  const system = currentSystem()
  return (await snapshotTree(system, await system.listProcesses([Number(pid)]))).map((entry) => entry.pid)
}

onPosix('PythonProcessManager', () => {
  test('starts, tells its status, and stops with code 0', async () => {
    const clock = createFakeClock()
    const { exits, manager, path } = await managed({ clock })
    expect(manager.getStatus()).toEqual({ running: false, pid: null, uptime_ms: 0, path })
    expect(manager.executableExists()).toBe(true)
    const { pid } = await manager.start()
    await clock.advance(1_500)
    expect(manager.getStatus()).toEqual({ running: true, pid, uptime_ms: 1_500, path })
    const stop = manager.stop()
    await clock.advance(1)
    expect(await stop).toMatchObject({ exit: { code: 0 }, survivors: [] })
    expect(manager.getStatus()).toMatchObject({ running: false, pid: null, uptime_ms: 0 })
    expect(exits).toMatchObject([{ requested: true, exit: { code: 0 } }])
  })

  test('one process, however often it is asked for', async () => {
    const { manager } = await managed()
    const all = await Promise.all([manager.start(), manager.start(['--mute']), manager.start()])
    all.push(await manager.start())
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(1)
    const { pid } = await manager.restart()
    expect(pid).not.toBe(all[0]?.pid)
    expect(await living([Number(all[0]?.pid)])).toEqual([])
  })

  test('ends both processes of a one-file program', async () => {
    const { manager } = await managed()
    const { pid } = await manager.start(['--one-file'])
    const tree = await treeOf(pid)
    expect(tree).toHaveLength(2)
    expect(await manager.stop()).toMatchObject({ survivors: [] })
    expect(await living(tree)).toEqual([])
  })

  test('the other one of a one-file program, too, when the first was killed', async () => {
    const ended = Promise.withResolvers<BackendExit>()
    const stop = { treeGoneWithinMs: 0, settleWithinMs: 20 }
    const { manager } = await managed({ onExit: ended.resolve, stop })
    const { pid } = await manager.start(['--one-file', '--ignore=eof,SIGTERM'])
    const tree = await treeOf(pid)
    process.kill(Number(pid), 'SIGKILL')
    expect(await ended.promise).toMatchObject({ requested: false, exit: { code: null, signal: 'SIGKILL' } })
    expect(manager.getStatus().running).toBe(false)
    expect(await manager.stop()).toMatchObject({ endedBy: 'already-exited', survivors: [] })
    expect(await living(tree)).toEqual([])
  })

  test('force follows where nothing else is heeded', async () => {
    const stop = { forceAfterMs: { sigterm: 0, sigkill: 100 } }
    const { exits, manager } = await managed({ stop })
    await manager.start(['--ignore=eof,SIGTERM'])
    expect(await manager.stop()).toMatchObject({ endedBy: 'sigkill', exit: { signal: 'SIGKILL' } })
    expect(exits).toMatchObject([{ requested: true }])
  })

  test.each([
    ['another first line', ['--say=Listening on 8000'], 'Listening on 8000'],
    ['the nonce of another', ['--say={"status":"ready","nonce":"x"}'], 'nonce'],
    ['an exit', ['--mute', '--exit=3'], 'exit code 3'],
  ])('a start that comes to nothing says why, and leaves nothing: %s', async (_, args, reason) => {
    const { exits, manager } = await managed()
    await expect(manager.start(args)).rejects.toThrow(reason)
    expect(manager.getStatus().running).toBe(false)
    expect(exits).toHaveLength(1)
    await expect(manager.start()).resolves.toMatchObject({ running: true })
  })

  test('waits 60 s for the ready line', async () => {
    const clock = createFakeClock()
    const { manager } = await managed({ clock })
    const start = manager.start(['--mute']).catch((error: Error) => error.message)
    while (!manager.getStatus().running) await new Promise(setImmediate)
    await clock.advance(59_999)
    expect(manager.getStatus().running).toBe(true)
    await clock.advance(2)
    expect(await start).toContain('within 60000 ms')
  })

  test('a stop cancels a start that is under way', async () => {
    const { exits, manager } = await managed()
    const start = manager.start(['--mute']).catch((error: Error) => error.message)
    await manager.stop()
    expect(await start).toContain('stopped before it was ready')
    expect(manager.getStatus().running).toBe(false)
    expect(exits).toMatchObject([{ requested: true }])
  })

  test('hands on its lines, whole', async () => {
    const lines: string[] = []
    const said = Promise.withResolvers<void>()
    const onLine = (line: string) => {
      lines.push(line)
      said.resolve()
    }
    const say = '--say={"status":"ready"}\n{"progress":"ü"}'
    const { manager } = await managed({ onLine })
    await manager.start([say])
    await said.promise
    expect(lines).toEqual(['{"progress":"ü"}'])
  })
})

test('says where the executable should be', async () => {
  const manager = new PythonProcessManager({ projectDir: '/nowhere', resourcesDir: '', isPackaged: false })
  expect(manager.executableExists()).toBe(false)
  await expect(manager.start()).rejects.toMatchObject({
    failure: { code: 'NOT_FOUND', detail: expect.stringContaining(manager.getStatus().path) },
  })
  expect(await manager.stop()).toBeNull()
})
