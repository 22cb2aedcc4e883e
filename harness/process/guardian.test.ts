import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from './clock.ts'
import { launchForTest, standIn } from './fixtures/launch-for-test.ts'
import { guardianPid } from './guardian.ts'
import { decodeGuardMessage, encodeGuardMessage } from './guardian-protocol.ts'
import type { LaunchedProcess } from './launched-process.ts'
import { stillAlive } from './process-tree.ts'
import { currentSystem } from './system/current.ts'
import type { ProcessEntry } from './system/process-system.ts'

const system = currentSystem()
const root = fileURLToPath(new URL('../..', import.meta.url))
const source = fileURLToPath(new URL('./fixtures/harness-stand-in.ts', import.meta.url))

interface StandInHarness {
  launched: LaunchedProcess
  sidecar: ProcessEntry[]
  guardian: ProcessEntry[]
}

/** A harness, not guarded itself, that has launched a stand-in with these flags. */
async function launchHarness(program: string, ...flags: string[]): Promise<StandInHarness> {
  const command = standIn(...flags)
  const args = [program, JSON.stringify(command)]
  const launched = await launchForTest({ file: process.execPath, args, env: command.env }, { guarded: false })
  const line = await launched.nextLine()
  const { sidecar, guardian } = JSON.parse(line?.text ?? launched.stderrTail().text)
  const listed = { sidecar: await system.listProcesses(sidecar), guardian: await system.listProcesses([guardian]) }
  onTestFinished(() => system.kill([...listed.sidecar, ...listed.guardian]))
  return { launched, ...listed }
}

/** Who of these still lives in the end. Other processes' deaths raise no event here, so they are looked for. */
async function waitUntilGone(all: readonly ProcessEntry[]): Promise<ProcessEntry[]> {
  for (let look = 0; look < 800; look++) {
    if ((await stillAlive(system, all)).length === 0) return []
    await systemClock.after(25)
  }
  return stillAlive(system, all)
}

describe('a harness that is killed', () => {
  test.each([
    ['that heeds nothing', 1, ['--ignore=eof,SIGTERM']],
    ['with children, one in its own session', 3, ['--ignore=eof', '--child=group', '--child=session']],
    ['that leaves by itself and leaves a child behind', 2, ['--child=group']],
  ])('leaves nothing of a sidecar %s, nor the guardian', async (_, size, flags) => {
    const { launched, sidecar, guardian } = await launchHarness(source, ...flags)
    expect(guardian).toHaveLength(1)
    expect(sidecar).toHaveLength(size)
    launched.signal('SIGKILL')
    await launched.exited
    expect(await waitUntilGone([...sidecar, ...guardian])).toEqual([])
  })

  test('leaves nothing when it runs as built JavaScript either', async () => {
    const { launched, sidecar, guardian } = await launchHarness(await build(), '--ignore=eof', '--child=session')
    expect([...sidecar, ...guardian]).toHaveLength(3)
    expect(guardian[0]?.args).toMatch(/guardian-main\.js$/)
    launched.signal('SIGKILL')
    await launched.exited
    expect(await waitUntilGone([...sidecar, ...guardian])).toEqual([])
  })
})

test('the guardian does not hold its harness back, and leaves with it', async () => {
  const { launched, guardian } = await launchHarness(source, '--exit=0')
  expect(await launched.exited).toMatchObject({ code: 0, signal: null })
  expect(await waitUntilGone(guardian)).toEqual([])
})

test('the guardian is started again where somebody ended it', async () => {
  const before = await launchForTest(standIn())
  const first = await system.listProcesses([guardianPid() ?? 0])
  await system.kill(first)
  while (guardianPid() === first[0]?.pid) await systemClock.after(5)
  await launchForTest(standIn())
  expect(guardianPid()).toEqual(expect.any(Number))
  expect(guardianPid()).not.toBe(first[0]?.pid)
  expect(before.exit()).toBeNull()
})

test('a line that was cut off in the middle is not heeded', () => {
  const line = encodeGuardMessage({ guard: { pid: 7, startTime: 8 } })
  expect(decodeGuardMessage(line)).toEqual({ guard: { pid: 7, startTime: 8 } })
  expect(decodeGuardMessage(line.slice(0, 12))).toBeNull()
})

/** The harness and its guardian, compiled as the package is. Gives the program's path. */
async function build(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'built-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  const require = createRequire(import.meta.url)
  const tsc = join(require.resolve('typescript/package.json'), '..', 'bin', 'tsc')
  const flags = '--ignoreConfig --noEmit false --target es2024 --module nodenext --rewriteRelativeImportExtensions'
  const main = fileURLToPath(new URL('./guardian-main.ts', import.meta.url))
  const args = [tsc, ...flags.split(' '), '--types', 'node', '--rootDir', root, '--outDir', folder, source, main]
  await promisify(execFile)(process.execPath, args, { cwd: root })
  return join(folder, relative(root, source).replace(/\.ts$/, '.js'))
}
