import { existsSync } from 'node:fs'
import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { sessionContract } from '../contracts/session/contract.ts'
import { type LaunchOptions, launchSidecar } from './launch-sidecar.ts'
import { startModelServer } from './model/server.ts'
import { endAtOnce } from './sidecar.ts'
import { type ProcessTarget, TargetError } from './targets/target.ts'

it('gives a temporary folder of its own, which goes with it', async () => {
  const { launched, says } = await launch({ ownTemporary: true })
  const { temporaryDir = '' } = launched
  expect(says).toMatchObject({ TMPDIR: temporaryDir, TEMP: temporaryDir, TMP: temporaryDir })
  expect(existsSync(temporaryDir)).toBe(true)
  await launched.removeFolders()
  expect([temporaryDir, launched.dataDir].filter((folder) => existsSync(folder))).toEqual([])
})

it('keeps a data folder that the caller gave, and works where the caller says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'launch-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const { launched, says } = await launch({ dataDir: folder, cwd: folder })
  expect(launched).not.toHaveProperty('temporaryDir')
  expect(await realpath(String(says['cwd']))).toBe(await realpath(folder))
  await launched.removeFolders()
  expect(existsSync(folder)).toBe(true)
})

it('changes the arguments of the launch protocol, not those of the target', async () => {
  const { says } = await launch({ args: (args) => args.map((arg) => (arg === '0' ? 'not-a-port' : arg)) })
  expect(String(says['argv'])).toMatch(/^0,--contract,session\/1,.*--port,not-a-port,--data-dir,/)
})

it('names the desktop that stands between as the parent, and itself where none does', async () => {
  const behind = await launch({ behindDesktop: true })
  expect(behind.says).toMatchObject({ SIDECAR_PARENT_PID: String(behind.launched.process.pid) })
  const alone = await launch({})
  expect(alone.says).toMatchObject({ SIDECAR_PARENT_PID: String(process.pid) })
})

it('leaves no folder behind where there is nothing to start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'launch-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  const nothing = { file: join(folder, 'no-such-program') }
  await expect(launch({ ownTemporary: true }, nothing)).rejects.toThrow(TargetError)
  expect(await readdir(folder)).toEqual([])
})

/** Tells its arguments, folder and environment on its first line, and stays until its stdin ends. */
const tells = `
  const { argv, env } = process
  process.stdin.on('end', () => process.exit()).resume()
  console.log(JSON.stringify({ ...env, argv: String(argv.slice(1)), cwd: process.cwd() }))
`

async function launch(changes: Partial<LaunchOptions>, other: Partial<ProcessTarget> = {}) {
  const model = await startModelServer()
  onTestFinished(() => model.close())
  const own = { describes: 'a program that tells its launch', file: process.execPath, args: ['-e', tells, '0'] }
  const target: ProcessTarget = { kind: 'process', name: 'command', readyWithinMs: 1, ...own, ...other }
  const launched = await launchSidecar(target, { contract: sessionContract, model, ...changes })
  onTestFinished(() => endAtOnce(launched))
  const says = JSON.parse((await launched.process.nextLine())?.text ?? '') as Record<string, unknown>
  return { launched, says }
}
