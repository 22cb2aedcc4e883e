// Which script a call belongs to: the one whose marker stands in the last message of role user.
import { randomUUID } from 'node:crypto'
import { type Reply, say } from './script.ts'

const markers = /\[\[script:[0-9a-f-]{36}\]\]/g

/** A marker that nobody can guess, and that no other script has. */
export const newMarker = (): string => `[[script:${randomUUID()}]]`

/**
 * The script whose marker the last user message holds, the last one where a prompt quotes several.
 * Earlier messages do not count (sidecars may send the whole history), nor do tool results that follow.
 */
export function chooseScript<T>(scripts: ReadonlyMap<string, T>, messages: readonly unknown[]): T | undefined {
  const found = lastUserText(messages).match(markers) ?? []
  const known = found.findLast((marker) => scripts.has(marker))
  return known === undefined ? undefined : scripts.get(known)
}

/** What a call that no script expects is answered: short, and the same each time for the same question. */
export function defaultReply(messages: readonly unknown[]): Reply {
  const question = Array.from(lastUserText(messages)).slice(0, 60).join('')
  return [say('No script answers this question: ', question)]
}

/** The text of the last message of role user; its content is a string or a list of parts. Empty where there is none. */
export function lastUserText(messages: readonly unknown[]): string {
  const last = messages.findLast((message) => member(message, 'role') === 'user')
  const content = member(last, 'content')
  const parts = Array.isArray(content) ? content.map((part: unknown) => member(part, 'text')) : [content]
  return parts.filter((text) => typeof text === 'string').join('\n')
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
