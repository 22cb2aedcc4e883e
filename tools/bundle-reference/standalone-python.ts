// A relocatable CPython from the python-build-standalone project, fetched through uv.
import { join } from 'node:path'
import { findInterpreter, type Interpreter } from './interpreter.ts'
import { runProgram } from './run-program.ts'

/** The version that is fetched. uv's own version, pinned in tools.lock, settles which build of it that is, and checks its hash. */
const standaloneVersion = '3.11.18'

/** How long the download may take before the machine's own interpreter is used instead. */
const downloadWithinMs = 120_000

/**
 * Fetches the interpreter into `cacheDir`, or finds it there. `{reason}`, one line, where it cannot be had: nothing is thrown,
 * since a machine without a way to the download can still build.
 */
export async function fetchStandalonePython(uv: string, cacheDir: string): Promise<Interpreter | { reason: string }> {
  const python = { UV_PYTHON_INSTALL_DIR: join(cacheDir, 'python'), UV_HTTP_TIMEOUT: '15', UV_HTTP_RETRIES: '2' }
  const env = { ...python, UV_CACHE_DIR: join(cacheDir, 'uv'), UV_NO_CONFIG: '1', UV_NO_PROGRESS: '1' }
  const install = ['python', 'install', standaloneVersion, '--no-bin', ...noRegistry]
  const installed = await runProgram(uv, install, { env, timeoutMs: downloadWithinMs })
  if (!installed.ok) return { reason: rootCause(installed.output) ?? installed.summary }
  const found = await runProgram(uv, ['python', 'find', standaloneVersion, '--managed-python', '--no-project'], { env })
  if (!found.ok) return { reason: rootCause(found.output) ?? found.summary }
  return findInterpreter([found.stdout.trim()])
}

const noRegistry = process.platform === 'win32' ? ['--no-registry'] : []

/** uv writes a chain of causes, one a line, the deepest last. */
export function rootCause(output: string): string | undefined {
  return output
    .match(/^\s*(?:error|cause|caused by): .*$/gim)
    ?.at(-1)
    ?.replace(/^\s*[a-z ]+: /i, '')
}
