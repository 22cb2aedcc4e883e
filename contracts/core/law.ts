// What must hold between the events of a stream beyond their order, such as "the text is all deltas joined".
import type { StreamEvent } from './grammar.ts'

export interface Law {
  /** Slug, unique within the grammar. */
  readonly id: string
  /** The rule as a sentence. */
  readonly says: string
  /** Begins to watch one stream. */
  watch(): LawWatch
}

export interface LawWatch {
  /** What is wrong with this event, given those before it; `undefined` where nothing is. */
  see(event: StreamEvent): { expected: string; received: string } | undefined
  /** Whether a generated stream may go on with an event of this type. Default: with any. */
  may?(next: Pick<StreamEvent, 'type'>): boolean
  /** The members that make a generated event obey the law. Default: none. */
  mend?(event: StreamEvent): Readonly<Record<string, unknown>>
}

/** `whole` of the closing event is all `part`s of the same key, joined: `joined('message_id', ['companion_chunk', 'delta'], ['companion_complete', 'text'])`. */
export function joined(
  key: string,
  [partType, part]: readonly [type: string, member: string],
  [wholeType, whole]: readonly [type: string, member: string],
): Law {
  return {
    id: `${wholeType}-joins`,
    says: `\`${whole}\` of \`${wholeType}\` is every \`${part}\` of \`${partType}\` with the same \`${key}\`, joined`,
    watch() {
      const parts = new Map<unknown, string[]>()
      const text = (event: StreamEvent) => (parts.get(event[key]) ?? []).join('')
      return {
        see(event) {
          if (event.type === partType) remember(parts, event[key], String(event[part]))
          if (event.type !== wholeType) return undefined
          const expected = text(event)
          return event[whole] === expected ? undefined : firstDifference(expected, String(event[whole]))
        },
        mend: (event) => (event.type === wholeType ? { [whole]: text(event) } : {}),
      }
    },
  }
}

/** The member `member` is the same on all events that carry the same `key`. */
export function agrees(key: string, member: string): Law {
  return {
    id: `${key}-keeps-${member}`,
    says: `events with the same \`${key}\` carry the same \`${member}\``,
    watch() {
      const seen = new Map<unknown, unknown>()
      return {
        see(event) {
          if (event[key] === undefined || event[member] === undefined) return undefined
          const before = seen.get(event[key])
          if (before === undefined) seen.set(event[key], event[member])
          return before === undefined || before === event[member]
            ? undefined
            : { expected: `${member} ${JSON.stringify(before)}`, received: JSON.stringify(event[member]) }
        },
        mend: (event) => (seen.has(event[key]) ? { [member]: seen.get(event[key]) } : {}),
      }
    },
  }
}

function remember(parts: Map<unknown, string[]>, key: unknown, text: string): void {
  const known = parts.get(key)
  if (known === undefined) parts.set(key, [text])
  else known.push(text)
}

/** Names the first place where two texts differ, with a little of each around it. */
export function firstDifference(expected: string, received: string): { expected: string; received: string } {
  let at = 0
  while (at < expected.length && expected[at] === received[at]) at += 1
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 12), at + 24))
  return {
    expected: `${expected.length} characters, …${around(expected)}… at ${at}`,
    received: `${received.length} characters, …${around(received)}… at ${at}`,
  }
}
