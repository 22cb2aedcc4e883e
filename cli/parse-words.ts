// Reads the words of a command line by the flags a command declares; a mistake is told in one line.
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { nearest, UsageError } from './usage-error.ts'

export interface Words {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
  readonly positionals: readonly string[]
}

/** The flags and other words of `argv`. Throws a UsageError for an unknown flag or a missing value. */
export function parseWords(argv: readonly string[], options: ParseArgsOptionsConfig): Words {
  const bare = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length)
  for (const word of bare) {
    const name = /^--(?:no-)?([^=]+)/.exec(word)?.[1]
    if (name === undefined || Object.hasOwn(options, name) || Object.hasOwn(options, word.slice(2))) continue
    const near = nearest(name, Object.keys(options))
    throw new UsageError(
      `there is no flag --${name}${near === undefined ? '' : `; did you mean --${near}?`} See --help.`,
    )
  }
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true })
    return { values, positionals }
  } catch (error) {
    throw new UsageError((error as Error).message.split('.')[0] ?? 'wrong arguments')
  }
}

/** A whole number from `low` to `high`. Throws a UsageError otherwise. */
export function wholeNumber(flag: string, text: string, low: number, high: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < low || value > high) {
    throw new UsageError(`${flag} needs a whole number from ${low} to ${high}; received ${text || 'an empty text'}`)
  }
  return value
}
