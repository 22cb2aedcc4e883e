// The command line of the fuzzer.
import { parseWords, wholeNumber } from '../cli/parse-words.ts'
import { UsageError } from '../cli/usage-error.ts'
import { type FuzzRequest, parseRequest } from './wire/request.ts'

export const usage = `npm run fuzz -- [--mock | --bundle DIR | --command "…"] [options]

Sends requests that are good, nearly good and hostile to every operation of session/1, and judges every answer.
  --mock           the embedded mock, the default  (--fault NAME breaks it)
  --bundle DIR     a python_runtime bundle
  --command "…"    a command line, started without a shell
  --runs N         how many requests; default 10000
  --seed N         a number of 32 bits; default one made up, which is printed first
  --path P         with the seed: try only the counterexample that was found there
  --request JSON   send this request, as the fuzzer printed it; may stand several times: then all at once
  --time-scale F   stretches every time bound, for slow hosts; default 5, since the fuzzer is not about time
Exit codes: 0 every answer keeps the contract · 1 one does not · 2 wrong usage · 3 the run does not count`

export interface Options {
  readonly help: boolean
  readonly bundle: string | undefined
  readonly command: string | undefined
  readonly faults: readonly string[]
  readonly runs: number
  readonly seed: number
  readonly path: string | undefined
  readonly requests: readonly FuzzRequest[]
  readonly timeScale: number
}

/** Reads the arguments. Throws a UsageError for a mistake. */
export function readOptions(argv: readonly string[]): Options {
  const { positionals, values } = parseWords(argv, flags)
  if (positionals.length > 0) throw new UsageError(`there is nothing to do with ${positionals.join(' ')}; see --help`)
  const sources = ['bundle', 'command', 'mock'].filter((name) => values[name] !== undefined)
  if (sources.length > 1) throw new UsageError(`one sidecar at a time; received --${sources.join(' and --')}`)
  const [bundle, command] = [notEmpty('bundle', values['bundle']), notEmpty('command', values['command'])]
  const faults = list(values['fault'])
  if (faults.length > 0 && (bundle ?? command) !== undefined) throw new UsageError('--fault goes with --mock')
  const seed = values['seed'] === undefined ? Math.floor(Math.random() * maxSeed) : number('seed', values['seed'], 0)
  return {
    help: values['help'] === true,
    bundle,
    command,
    faults,
    runs: number('runs', values['runs'] ?? '10000', 1),
    seed,
    path: notEmpty('path', values['path']),
    requests: list(values['request']).map(request),
    timeScale: scale(String(values['time-scale'] ?? '5')),
  }
}

const maxSeed = 2 ** 31 - 1

const flags = {
  mock: { type: 'boolean' },
  bundle: { type: 'string' },
  command: { type: 'string' },
  fault: { type: 'string', multiple: true },
  runs: { type: 'string' },
  seed: { type: 'string' },
  path: { type: 'string' },
  request: { type: 'string', multiple: true },
  'time-scale': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

type Value = ReturnType<typeof parseWords>['values'][string]

function notEmpty(flag: string, value: Value): string | undefined {
  if (value === '') throw new UsageError(`--${flag} is empty; is a variable not set?`)
  return typeof value === 'string' ? value : undefined
}

function number(flag: string, value: Value, low: number): number {
  return wholeNumber(`--${flag}`, String(value), low, maxSeed)
}

function list(value: Value): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function request(line: string): FuzzRequest {
  try {
    return parseRequest(line)
  } catch (error) {
    throw new UsageError(`--request: ${(error as Error).message}`)
  }
}

function scale(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value < 1)
    throw new UsageError(`--time-scale needs a number of 1 or more; received ${text || 'an empty text'}`)
  return value
}
