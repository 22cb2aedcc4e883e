// Judges what comes over one event stream: its framing, the names of its events, its grammar. When it comes is judged in stream-exchange.ts.
import { createParser } from 'eventsource-parser'
import type { Grammar, StreamEvent } from '../../contracts/core/grammar.ts'
import { readStream } from '../../contracts/core/read-stream.ts'
import { compareReaders } from './compare-readers.ts'
import type { Exchange } from './exchange.ts'
import { everyNumber, numberThatIsNone, unsafeNumber } from './json-numbers.ts'
import { type SseEvent, strictReader } from './strict-sse.ts'
import type { JudgeRule } from './wire-rules.ts'

export interface StreamJudge {
  /** Takes the next bytes; gives the events that they complete. What is wrong with them is noted. */
  take(bytes: Uint8Array): readonly StreamEvent[]
  /** The first terminal event. */
  readonly terminal: StreamEvent | undefined
  /** The body is over, or was closed by us; a stream that was `silent` until then counts as cut off. */
  end(ending: NonNullable<Exchange['ending']>, silent: boolean): void
  /** Notes a broken rule on the exchange. */
  note(rule: JudgeRule, expected: string, received: string, where?: string, law?: string): void
}

/** Begins to judge the body of `exchange`. */
export function judgeStream(grammar: Grammar, exchange: Exchange): StreamJudge {
  const strict = strictReader()
  const reader = readStream(grammar)
  const utf8 = new TextDecoder()
  const agreement = compareReaders((expected, received) => note('sse.readers-agree', expected, received))
  const parser = createParser({ onEvent: agreement.conforming })
  const times = new Map<string, number>()
  let count = 0
  let terminal: StreamEvent | undefined

  return {
    take(bytes) {
      const events = strict.feed(bytes).flatMap((seen) => takeEvent(seen) ?? [])
      parser.feed(utf8.decode(bytes, { stream: true }))
      agreement.compare()
      return events
    },
    get terminal() {
      return terminal
    },
    end,
    note,
  }

  function takeEvent(seen: SseEvent): StreamEvent | undefined {
    count += 1
    agreement.strict(seen)
    const event = decode(seen.data)
    if (event === undefined) {
      const expected = 'data that is one JSON object with a `type`'
      note('sse.envelope', expected, JSON.stringify(seen.data.slice(0, 200)), `event ${count}`)
      judgeNumbers(numberThatIsNone(seen.data))
      return undefined
    }
    judgeNumbers(unsafeNumber(event))
    judgeNames(seen, event)
    for (const { event: place, expected, law, received, rule } of reader.event(event))
      note(`stream.${rule}`, expected, received, `event ${place}`, law)
    if (Object.hasOwn(grammar.ends, event.type)) terminal ??= event
    return event
  }

  function judgeNames(seen: SseEvent, event: StreamEvent): void {
    const where = `event ${count}`
    const id = grammar.envelope.wireId?.(event)
    if (seen.event !== event.type)
      note('sse.envelope', `\`event: ${event.type}\`, as in the data`, `\`event: ${seen.event ?? ''}\``, where)
    if (id !== undefined && seen.id !== id) note('sse.envelope', `\`id: ${id}\``, `\`id: ${seen.id ?? ''}\``, where)
  }

  function judgeNumbers(wrong: string | undefined): void {
    if (wrong !== undefined) note('json.numbers', everyNumber, wrong, `event ${count}`)
  }

  function end(ending: NonNullable<Exchange['ending']>, silent: boolean): void {
    if (terminal !== undefined) judgeAfterwards(terminal.type, ending)
    if (ending === 'whole') strict.end()
    if (ending !== 'closed-by-us' || silent) {
      const how = ending === 'broken' ? ', by a broken connection' : ''
      for (const { event, expected, received } of reader.end())
        note('stream.truncated', expected, `${received}${how}`, `event ${event}`)
    }
    for (const deviation of strict.deviations) note('sse.framing', 'well-framed server-sent events', deviation)
    agreement.end()
  }

  function judgeAfterwards(type: string, ending: Exchange['ending']): void {
    const { linesSinceEvent } = strict
    if (linesSinceEvent > 0) note('sse.quiet-end', `nothing after \`${type}\``, `${linesSinceEvent} more lines`)
    if (ending === 'broken') note('sse.body-ends', `the end of the body after \`${type}\``, 'a broken connection')
  }

  /** A rule that is broken again and again is noted so often and no more. */
  function note(rule: JudgeRule, expected: string, received: string, where?: string, law?: string): void {
    const seen = (times.get(`${rule} ${law}`) ?? 0) + 1
    times.set(`${rule} ${law}`, seen)
    if (seen > maxNotes) return
    const { method, number, path, violations } = exchange
    const at = `exchange ${number}: ${method} ${path}${where === undefined ? '' : `, ${where}`}`
    violations.push({ rule, expected, received, at, ...(law === undefined ? {} : { law }) })
  }
}

const maxNotes = 20

function decode(data: string): StreamEvent | undefined {
  try {
    const value: unknown = JSON.parse(data)
    const isEvent = typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
    return isEvent ? (value as StreamEvent) : undefined
  } catch {
    return undefined
  }
}
