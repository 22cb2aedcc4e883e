// Any command as a target: a sidecar in development, started as its author starts it.
import { type ProcessTarget, TargetError } from './target.ts'

/**
 * The command line, split into words as a POSIX shell would split it, but without a shell: quotes and backslashes work,
 * nothing is expanded. On Windows a backslash is an ordinary character, so that paths need no doubling.
 */
export function commandTarget(line: string, options: { cwd?: string; contentDir?: string } = {}): ProcessTarget {
  const [file, ...args] = splitWords(line)
  if (file === undefined)
    throw new TargetError(
      '--command needs a program; received an empty text. Example: --command "python -m my_sidecar"',
    )
  return { kind: 'process', name: 'command', describes: line, file, args, readyWithinMs: 60_000, ...options }
}

/** The words of a command line. Throws a TargetError where a quote is not closed. */
export function splitWords(line: string, platform: NodeJS.Platform = process.platform): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote: string | undefined
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at] ?? ''
    const next = line[at + 1]
    if (letter === '\\' && platform !== 'win32' && next !== undefined && escapes(quote, next)) {
      word = (word ?? '') + next
      at += 1
    } else if (quote !== undefined) {
      if (letter === quote) quote = undefined
      else word = (word ?? '') + letter
    } else if (letter === '"' || letter === "'") {
      quote = letter
      word ??= ''
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + letter
  }
  if (quote !== undefined) throw new TargetError(`--command has an open ${quote}; received ${line}. Close it.`)
  if (word !== undefined) words.push(word)
  return words
}

/** Whether a backslash takes the meaning of `next` away: always outside quotes, never in single ones, in double ones as POSIX lists. */
function escapes(quote: string | undefined, next: string): boolean {
  if (quote === "'") return false
  return quote === undefined || '$`"\\\n'.includes(next)
}
