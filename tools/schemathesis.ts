// Schemathesis as an outside judge of mock and reference: `node tools/schemathesis.ts`. It knows nothing of our judges, only the OpenAPI.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleTarget } from '../harness/targets/bundle.ts'
import { mockTarget } from '../harness/targets/mock.ts'
import type { Target } from '../harness/targets/target.ts'
import { buildReferenceBundle } from '../suites/self/reference-bundle.ts'
import { explainFailure, wrongUsage } from './bundle-reference/failure.ts'
import { installSchemathesis } from './schemathesis/install.ts'
import { type JudgeOptions, judge } from './schemathesis/judge.ts'

const usage = `node tools/schemathesis.ts [--examples N] [--seed N]

Judges the embedded mock and, where it can be built, the reference bundle; a mock with a fault must be found broken.
  --examples N  made-up requests for each operation and phase (default 25)
  --seed N      default 1
Exit codes: 0 all as it must be · 1 not so · 2 wrong usage · 3 left out: Schemathesis cannot be installed here`

const flags = {
  examples: { type: 'string', default: '25' },
  seed: { type: 'string', default: '1' },
  help: { type: 'boolean', default: false },
} as const

process.exitCode = await main(process.argv.slice(2))

async function main(argv: readonly string[]): Promise<number> {
  try {
    const { examples, help, seed } = readArguments(argv)
    if (help) return say(usage)
    const python = await installSchemathesis(join(import.meta.dirname, '..', '.cache'))
    const options = { python, examples, seed }
    const good = await isKept(mockTarget(), options)
    const proven = await isBroken('errors.framework-shape', { ...options, examples: Math.min(5, examples) })
    return good && proven && (await isReferenceKept(options)) ? 0 : 1
  } catch (error) {
    const { exitCode, message } = explainFailure(error)
    process.stderr.write(`schemathesis: ${message}\n`)
    return exitCode
  }
}

/** A sidecar that keeps the contract. */
async function isKept(target: Target, options: JudgeOptions): Promise<boolean> {
  const { cases, failures, output, passed, tookMs } = await judge(target, options)
  const found = failures.length === 0 ? 'nothing broken' : failures.join(', ')
  say(`${passed ? '✓' : '✗'} ${target.describes}: ${cases} cases, ${found}  ${(tookMs / 1_000).toFixed(1)} s`)
  if (!passed) say(output)
  return passed
}

/** A judge that finds nothing here would find nothing anywhere. */
async function isBroken(fault: string, options: JudgeOptions): Promise<boolean> {
  const target = mockTarget({ faults: [fault] })
  const { cases, failures, output } = await judge(target, options)
  const found = failures.length > 0
  say(
    `${found ? '✓' : '✗'} ${target.describes}: ${cases} cases, ${found ? failures.join(', ') : 'but nothing was found'}`,
  )
  if (!found) say(output)
  return found
}

async function isReferenceKept(options: JudgeOptions): Promise<boolean> {
  const bundle = await buildReferenceBundle()
  if (typeof bundle !== 'string') return isKept(await bundleTarget(bundle.dir, { contract: 'session/1' }), options)
  say(`left out: the reference bundle (${bundle})`)
  return true
}

function readArguments(argv: readonly string[]): { examples: number; seed: number; help: boolean } {
  try {
    const { values } = parseArgs({ args: [...argv], options: flags })
    const number = (flag: 'examples' | 'seed') => {
      if (!/^\d{1,9}$/.test(values[flag]))
        throw new Error(`--${flag} needs a whole number; received ${values[flag] || 'an empty text'}`)
      return Number(values[flag])
    }
    return { examples: Math.max(1, number('examples')), seed: number('seed'), help: values.help }
  } catch (error) {
    throw wrongUsage(`${(error as Error).message}\n${usage}`)
  }
}

function say(line: string, code = 0): number {
  process.stdout.write(`${line}\n`)
  return code
}
