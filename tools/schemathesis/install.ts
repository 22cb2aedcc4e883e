// Schemathesis in a virtual environment of its own, made once for each lock file and Python: `.cache/schemathesis/…`.
import { hash } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { leftOut } from '../bundle-reference/failure.ts'
import { findInterpreter, interpreterNames } from '../bundle-reference/interpreter.ts'
import { pipFailure } from '../bundle-reference/pip-failure.ts'
import { runProgram } from '../bundle-reference/run-program.ts'
import { openToolBox } from '../bundle-reference/tool-box.ts'

const lockFile = join(import.meta.dirname, 'requirements.lock')

/** The Python that has Schemathesis. Throws "left out" where this machine has no Python, or pip reaches no index. */
export async function installSchemathesis(cacheDir: string): Promise<string> {
  const host = await findInterpreter(interpreterNames(process.platform))
  const inputs = `${await readFile(lockFile, 'utf8')}${host.executable} ${host.version}`
  const folder = join(cacheDir, 'schemathesis', hash('sha256', inputs).slice(0, 12))
  const python = join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']))
  const isWhole = join(folder, 'installed')
  if (await exists(isWhole)) return python
  // Without pip of its own, since some systems have no ensurepip; the builder's pip installs for any interpreter.
  const made = await runProgram(host.executable, ['-m', 'venv', '--without-pip', '--clear', folder])
  if (!made.ok) throw leftOut(`${host.executable} makes no virtual environment: ${made.summary}`)
  const [program, ...args] = (await openToolBox(host, join(cacheDir, 'bundle-reference'))).pip
  const how = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '-r', lockFile]
  const result = await runProgram(program, [...args, '--python', python, 'install', ...how])
  if (!result.ok) throw pipFailure(result, lockFile)
  // Written last, so that an installation that was broken off is not taken for a whole one.
  await writeFile(isWhole, '')
  return python
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
