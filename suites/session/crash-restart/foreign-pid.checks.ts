// A file that a killed sidecar has left says nothing about who has its pid now: neither is a start refused for it, nor anybody killed.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { desktopEnvironment } from '../../../harness/process/environment.ts'
import { launchProcess } from '../../../harness/process/launch.ts'
import type { LaunchedProcess } from '../../../harness/process/launched-process.ts'
import { stillAlive } from '../../../harness/process/process-tree.ts'
import { stopInSteps } from '../../../harness/process/stop.ts'
import { currentSystem } from '../../../harness/process/system/current.ts'
import { expectThat } from '../../expect.ts'
import { mustBeAlive } from '../alive.ts'
import { check } from '../context.ts'
import { mustStart } from '../process/starts.ts'
import { kill } from './lives.ts'

export const foreignPid = check({
  id: 'session.crash.foreign-pid',
  rule: 'MUST start although files in its data directory name a process that lives, and leave that process alone',
  covers: ['LC-12'],
  catches: ['process.refuses-a-living-pid', 'process.kills-the-pid-in-its-file'],
  scope: 'own',
  async run(context) {
    const { dataDir = '', process, ready } = context.sidecar
    await mustBeAlive(context.client, context.sidecar)
    await kill(context)
    await using stranger = await startStranger()
    const old = [Number(ready?.['pid']), process?.pid ?? 0]
    await name(stranger.process.pid, dataDir, old)
    const after = await mustStart(context, { dataDir }, 'with a stranger in its pid file')
    await mustBeAlive(after.client, after.sidecar)
    await after.sidecar.stop()
    const alive = await stillAlive(currentSystem(), [await stranger.process.identity])
    expectThat(alive.length === 1, 'a stranger who lives on', 'one that was ended')
  },
})

/** A process of ours that has nothing to do with any sidecar. */
async function startStranger(): Promise<AsyncDisposable & { readonly process: LaunchedProcess }> {
  const args = ['-e', 'process.stdin.resume()']
  const stranger = await launchProcess({ file: process.execPath, args, env: desktopEnvironment(process.env) })
  return { process: stranger, [Symbol.asyncDispose]: async () => void (await stopInSteps(stranger)) }
}

/** What such files are called; one that is not there is made. */
const usualNames = ['sidecar.pid', 'sidecar.lock', 'server.pid', 'pid', 'lock', '.lock']

/** Puts `pid` in the place of the old ones wherever a small file names them, and into the files in which pids usually stand. */
async function name(pid: number, folder: string, old: readonly number[]): Promise<void> {
  for (const path of await smallFiles(folder)) {
    const text = await readFile(path, 'utf8')
    const changed = old.reduce((text, one) => text.replace(new RegExp(`\\b${one}\\b`, 'g'), String(pid)), text)
    if (changed !== text) await writeFile(path, changed)
  }
  for (const name of usualNames) {
    const path = join(folder, name)
    const size = await stat(path).then(
      (found) => (found.isFile() ? found.size : undefined),
      () => 0,
    )
    if (size === 0) await writeFile(path, `${pid}\n`)
  }
}

async function smallFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(folder, entry.name))
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size))
  return paths.filter((_, place) => (sizes[place] ?? 0) < 4_096)
}
