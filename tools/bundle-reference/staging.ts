// A folder to build in, beside the one it will become: a build that is killed leaves no half bundle under the final name.
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** Makes an empty folder for this process next to `target`, on the same file system, and removes what killed builds left there. */
export async function openStaging(target: string): Promise<string> {
  const parent = dirname(target)
  await mkdir(parent, { recursive: true })
  for (const name of await readdir(parent)) {
    const pid = stagingPid(name, basename(target))
    if (pid !== undefined && !isAlive(pid)) await rm(join(parent, name), { recursive: true, force: true })
  }
  const staging = join(parent, `.${basename(target)}.building-${process.pid}`)
  await rm(staging, { recursive: true, force: true })
  await mkdir(staging)
  return staging
}

/** Puts `staging` where `target` is. In between there is no bundle at all for a moment, never a mixed one. */
export async function putInPlace(staging: string, target: string): Promise<void> {
  const old = `${staging}-old`
  await patiently(() => rename(target, old)).catch(onlyIfMissing)
  await patiently(() => rename(staging, target))
  await rm(old, { recursive: true, force: true, maxRetries: 5 })
}

/** The process that made a staging folder of `target`, or nothing where `name` is something else. */
export function stagingPid(name: string, target: string): number | undefined {
  const rest = name.startsWith(`.${target}.building-`) ? name.slice(target.length + '..building-'.length) : ''
  const pid = /^(\d+)(-old)?$/.exec(rest)?.[1]
  return pid === undefined ? undefined : Number(pid)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function onlyIfMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

/** A virus scanner on Windows holds new files for a moment, and a folder with a held file cannot be renamed. */
async function patiently(act: () => Promise<void>): Promise<void> {
  for (let waitMs = 50; ; waitMs *= 2) {
    const failure = await act().then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error,
    )
    if (failure === undefined) return
    if (waitMs > 5000 || !['EPERM', 'EACCES', 'EBUSY'].includes(failure.code ?? '')) throw failure
    await delay(waitMs)
  }
}
