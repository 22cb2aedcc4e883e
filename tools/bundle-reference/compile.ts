// Compiles every module ahead, so that a read-only bundle starts fast and running it writes nothing.
import { broken } from './failure.ts'
import { runProgram } from './run-program.ts'

/**
 * Writes a .pyc for every .py of `folders`, all of them under `root`. They are *unchecked*: Python never compares them with
 * the source, which may have any time after unpacking. What is written depends on the sources alone: a fixed hash seed,
 * one process, and no path of `root`.
 */
export async function compileModules(python: string, root: string, folders: readonly string[]): Promise<void> {
  const how = ['-q', '-f', '--invalidation-mode', 'unchecked-hash', '-s', root]
  const env = { PYTHONHASHSEED: '0' }
  const { ok, output } = await runProgram(python, ['-s', '-P', '-m', 'compileall', ...how, ...folders], { env })
  if (!ok) throw broken(`not every module of the bundle compiles: ${output.trim().split('\n').slice(0, 3).join(' ')}`)
}
