// What a result must say of the output that came before it: the same text, and the same truncation.
import type { StreamEvent } from '../core/grammar.ts'
import { firstDifference, type Law } from '../core/law.ts'
import { resultOf } from './result-laws.ts'

export interface OutputLawOptions {
  /** The member that tells items of one stream apart, such as `cell_id`. Absent: the stream is one item. */
  readonly key?: string
  /** What an event prints, and to which standard stream; `undefined` where it prints nothing. */
  readonly printed: (event: StreamEvent) => { readonly stream: string; readonly text: string } | undefined
  /** The streams that `output_truncated` may name. */
  readonly truncates: readonly string[]
  /** The event that carries the `result`. */
  readonly closes: string
}

/** The streams whose text a result repeats. */
export const standardStreams = ['stdout', 'stderr'] as const

/** `head` and `tail` are the texts before and after the truncation; a truncation is told once, with every byte that it dropped. */
export function outputLaws(options: OutputLawOptions): readonly Law[] {
  return [outputJoins(options), truncationIsTold(options)]
}

function outputJoins(options: OutputLawOptions): Law {
  return {
    id: 'output-joins',
    says: '`head` of a result is every text of its stream before a truncation, `tail` every text after it',
    watch() {
      const seen = watchOutput(options)
      return {
        see(event) {
          seen.see(event)
          if (event.type !== options.closes) return undefined
          for (const stream of standardStreams) {
            const { head, tail } = resultOf(event)[stream]
            const { after, before } = seen.of(event, stream)
            if (head !== before) return told(`result.${stream}.head`, before, head)
            if (tail !== after) return told(`result.${stream}.tail`, after, tail)
          }
          return undefined
        },
        mend: (event) => mendResult(event, options, seen),
      }
    },
  }
}

/** Displays have no head, no tail and no count of bytes, so that each one that is left out may be told by itself. */
function truncationIsTold(options: OutputLawOptions): Law {
  return {
    id: 'truncation-is-told',
    says: 'stdout and stderr are `truncated` where one `output_truncated` came for them, and `bytes_total` is what is kept and what was dropped; with `invalid_utf8` it is more than what was dropped',
    watch() {
      const seen = watchOutput(options)
      const free = (event: StreamEvent) =>
        options.truncates.find((stream) => !isStandard(stream) || seen.of(event, stream).dropped === 0)
      return {
        see(event) {
          const again = seen.see(event)
          if (again !== undefined) return { expected: `one output_truncated for ${again}`, received: 'a second one' }
          if (event.type !== options.closes) return undefined
          for (const stream of standardStreams) {
            const broken = miscounted(stream, resultOf(event)[stream], seen.of(event, stream).dropped)
            if (broken !== undefined) return broken
          }
          return undefined
        },
        may: ({ type }) => options.key !== undefined || type !== 'output_truncated' || free({ type }) !== undefined,
        mend: (event) => (event.type === 'output_truncated' ? { stream: free(event) } : {}),
      }
    },
  }
}

type Captured = ReturnType<typeof resultOf>['stdout']

/** What is wrong with the count of a stream of which `dropped` bytes were dropped. */
function miscounted(stream: string, captured: Captured, dropped: number) {
  const { bytes_total: total, head, invalid_utf8: invalid, tail, truncated } = captured
  if (truncated !== dropped > 0)
    return { expected: `result.${stream}.truncated ${dropped > 0}`, received: String(truncated) }
  const path = `result.${stream}.bytes_total`
  // What stands in place of bytes that are no UTF-8 has another length than they had; but there was one at least.
  if (invalid) return total > dropped ? undefined : { expected: `${path} above ${dropped}`, received: String(total) }
  const expected = Buffer.byteLength(head) + Buffer.byteLength(tail) + dropped
  return total === expected ? undefined : { expected: `${path} ${expected}`, received: String(total) }
}

interface Printed {
  readonly before: string
  readonly after: string
  readonly dropped: number
}

const nothingPrinted: Printed = { before: '', after: '', dropped: 0 }

/** Collects what each item printed to each stream. */
function watchOutput({ key, printed }: OutputLawOptions) {
  const items = new Map<string, Printed>()
  const place = (event: StreamEvent, stream: string) => `${key === undefined ? '' : String(event[key])}/${stream}`
  const of = (event: StreamEvent, stream: string) => items.get(place(event, stream)) ?? nothingPrinted
  return {
    of,
    /** Takes an event; gives the name of a standard stream that is truncated a second time. */
    see(event: StreamEvent): string | undefined {
      const text = printed(event)
      if (text !== undefined) {
        const known = of(event, text.stream)
        const longer = known.dropped > 0 ? { after: known.after + text.text } : { before: known.before + text.text }
        items.set(place(event, text.stream), { ...known, ...longer })
      }
      if (event.type !== 'output_truncated') return undefined
      const stream = String(event['stream'])
      const known = of(event, stream)
      items.set(place(event, stream), { ...known, dropped: known.dropped + Number(event['dropped_bytes']) })
      return known.dropped > 0 && isStandard(stream) ? stream : undefined
    },
  }
}

function isStandard(stream: string): boolean {
  return standardStreams.some((name) => name === stream)
}

/** A generated result says what the generated events printed. */
function mendResult(event: StreamEvent, { closes }: OutputLawOptions, seen: ReturnType<typeof watchOutput>) {
  if (event.type !== closes) return {}
  const captured = (stream: 'stdout' | 'stderr') => {
    const { after, before, dropped } = seen.of(event, stream)
    const total = Buffer.byteLength(before) + Buffer.byteLength(after) + dropped
    return { head: before, tail: after, bytes_total: total, truncated: dropped > 0, invalid_utf8: false }
  }
  return { result: { ...resultOf(event), stdout: captured('stdout'), stderr: captured('stderr') } }
}

function told(what: string, expected: string, received: string) {
  const difference = firstDifference(expected, received)
  return { expected: `${what} of ${difference.expected}`, received: difference.received }
}
