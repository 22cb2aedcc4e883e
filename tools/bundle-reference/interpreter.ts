// Finds a CPython on this machine and asks it where its parts lie.
import { realpath } from 'node:fs/promises'
import { z } from 'zod'
import { leftOut } from './failure.ts'
import { runProgram } from './run-program.ts'

/** An interpreter that is installed somewhere, never a virtual environment. All paths are absolute. */
export type Interpreter = z.infer<typeof Interpreter>

const Interpreter = z.object({
  implementation: z.string(),
  /** As `platform.python_version()` says it: `3.11.7`. */
  version: z.string(),
  major: z.number(),
  minor: z.number(),
  /** The program itself: not a shim, not a link. */
  executable: z.string(),
  prefix: z.string(),
  /** The folder of the pure-Python standard library. */
  stdlib: z.string(),
  /** Folders on this machine that may stand in its files although nothing there is needed: prefix and source tree. */
  buildPaths: z.array(z.string()),
})

/**
 * The first of `candidates` (programs by name or path) that is a CPython of at least 3.11; a virtual environment stands for the
 * interpreter it was made from. Throws "left out" where there is none.
 */
export async function findInterpreter(candidates: readonly string[]): Promise<Interpreter> {
  const seen: string[] = []
  for (const candidate of candidates) {
    const found = await askInterpreter(candidate)
    if (found !== undefined && isSupported(found)) return found
    seen.push(found === undefined ? `${candidate}: none` : `${candidate}: ${found.implementation} ${found.version}`)
  }
  throw leftOut(
    `no CPython of at least 3.11 was found (${seen.join(', ')}); install one, or name it with --python FILE`,
  )
}

/** The names under which a machine's Python is looked for. */
export function interpreterNames(system: string): string[] {
  return system === 'win32' ? ['python', 'python3', 'py'] : ['python3', 'python']
}

/** CPython alone can be embedded in the way this builder does it. */
export function isSupported({
  implementation,
  major,
  minor,
}: Pick<Interpreter, 'implementation' | 'major' | 'minor'>): boolean {
  return implementation === 'cpython' && (major > 3 || (major === 3 && minor >= 11))
}

async function askInterpreter(program: string): Promise<Interpreter | undefined> {
  const { ok, stdout } = await runProgram(program, ['-I', '-c', question], { timeoutMs: 30_000 })
  if (!ok) return undefined
  const answer = Interpreter.safeParse(parseJson(stdout))
  if (!answer.success) return undefined
  return { ...answer.data, executable: await realpath(answer.data.executable) }
}

/** Whatever else calls itself `python` may print anything. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A framework build's `python3` only starts the program inside Python.app, which is the one that can be copied. */
const question = `
import json, os, platform, sys, sysconfig
framework = os.path.join(sys.base_prefix, 'Resources', 'Python.app', 'Contents', 'MacOS', 'Python')
executable = framework if os.path.exists(framework) else getattr(sys, '_base_executable', sys.executable)
folders = [sysconfig.get_config_var(name) for name in ('prefix', 'abs_srcdir', 'abs_builddir')]
print(json.dumps({
    'implementation': sys.implementation.name,
    'version': platform.python_version(),
    'major': sys.version_info[0],
    'minor': sys.version_info[1],
    'executable': executable,
    'prefix': sys.base_prefix,
    'stdlib': sysconfig.get_path('stdlib'),
    'buildPaths': [sys.base_prefix] + [folder for folder in folders if folder],
}))
`
