// The options of `sidecheck run`: flags first, then the configuration file, then the defaults.
import { loadConfig } from './load-config.ts'
import { parseWords, wholeNumber } from './parse-words.ts'
import { UsageError } from './usage-error.ts'

export interface RunOptions {
  readonly contract: string
  readonly profile: 'p0' | 'full'
  readonly bundle: string | undefined
  readonly command: string | undefined
  readonly url: string | undefined
  readonly token: string | undefined
  readonly modelPort: number | undefined
  readonly mock: boolean
  readonly faults: readonly string[]
  readonly scenario: string | undefined
  readonly contentDir: string | undefined
  readonly only: readonly string[]
  readonly skip: readonly string[]
  readonly reportDir: string
  readonly timeScale: number
  readonly json: boolean
}

/** Reads flags and configuration. Throws a UsageError for a mistake in either. */
export async function readRunOptions(argv: readonly string[]): Promise<RunOptions> {
  const { positionals, values } = parseWords(argv, flags)
  if (positionals.length > 0) throw new UsageError(`there is nothing to do with ${positionals.join(' ')}; see --help`)
  const config = await loadConfig(process.cwd(), text(values['config']))
  const sources = ['bundle', 'command', 'url', 'mock'].filter((name) => values[name] !== undefined)
  if (sources.length > 1) throw new UsageError(`one sidecar at a time; received --${sources.join(' and --')}`)
  const fromConfig = sources.length === 0 ? config : {}
  return {
    contract: text(values['contract']) ?? 'session/1',
    profile: oneOf('--profile', text(values['profile']) ?? config.profile ?? 'p0', ['p0', 'full']),
    bundle: text(values['bundle']) ?? fromConfig.bundle,
    command: text(values['command']) ?? fromConfig.command,
    url: text(values['url']) ?? fromConfig.url,
    token: text(values['token']) ?? process.env['SIDECAR_TOKEN'],
    modelPort: modelPort(text(values['model-port'])),
    mock: values['mock'] === true,
    faults: list(values['fault']),
    scenario: text(values['scenario']),
    contentDir: text(values['content-dir']) ?? config.contentDir,
    only: list(values['only'], config.only),
    skip: list(values['skip'], config.skip),
    reportDir: text(values['report-dir']) ?? config.reportDir ?? 'sidecheck-report',
    timeScale: scale(text(values['time-scale']), config.timeScale),
    json: values['json'] === true,
  }
}

const flags = {
  contract: { type: 'string' },
  profile: { type: 'string' },
  bundle: { type: 'string' },
  command: { type: 'string' },
  url: { type: 'string' },
  token: { type: 'string' },
  'model-port': { type: 'string' },
  mock: { type: 'boolean' },
  fault: { type: 'string', multiple: true },
  scenario: { type: 'string' },
  'content-dir': { type: 'string' },
  only: { type: 'string', multiple: true },
  skip: { type: 'string', multiple: true },
  'report-dir': { type: 'string' },
  'time-scale': { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
} as const

type Value = string | boolean | (string | boolean)[] | undefined

function text(value: Value): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function list(value: Value, otherwise: readonly string[] = []): readonly string[] {
  return Array.isArray(value) ? value.map(String) : otherwise
}

function modelPort(text: string | undefined): number | undefined {
  return text === undefined ? undefined : wholeNumber('--model-port', text, 1, 65_535)
}

function oneOf<const Choice extends string>(flag: string, value: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value)
  if (found === undefined)
    throw new UsageError(`${flag} is one of ${choices.join(', ')}; received ${value || 'an empty text'}`)
  return found
}

function scale(text: string | undefined, otherwise = 1): number {
  const value = text === undefined ? otherwise : Number(text)
  if (!Number.isFinite(value) || value < 1 || text === '') {
    throw new UsageError(`--time-scale needs a number of 1 or more; received ${text === '' ? 'an empty text' : text}`)
  }
  return value
}
