// The command line of the bundle builder.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { wrongUsage } from './failure.ts'

export const usage = `node tools/bundle-reference.ts [--out DIR] [--force] [--python FILE]

Builds the reference sidecar as a python_runtime bundle for this machine.
  --out DIR      where the folder python_runtime-<platform> is put (default: dist/bundles)
  --force        build again even where nothing changed
  --python FILE  embed a copy of this interpreter; default: a downloaded relocatable one, else the python3 of this machine
Exit codes: 0 built or up to date · 1 broken · 2 wrong usage · 3 left out: this machine lacks something`

export type BuildOptions = { outDir: string; force: boolean; python: string | undefined; help: boolean }

/** Reads the arguments; a relative DIR is one of the working directory. Throws a failure with exit code 2. */
export function parseArguments(args: readonly string[], defaultOutDir: string): BuildOptions {
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true })
    if (values.out === '' || values.python === '') throw new Error('--out and --python need a value that is not empty')
    const { out = defaultOutDir, force = false, python, help = false } = values
    return { outDir: resolve(out), force, python, help }
  } catch (error) {
    throw wrongUsage(`${error instanceof Error ? error.message : error}\n${usage}`)
  }
}

const options = {
  out: { type: 'string' },
  force: { type: 'boolean' },
  python: { type: 'string' },
  help: { type: 'boolean' },
} as const
