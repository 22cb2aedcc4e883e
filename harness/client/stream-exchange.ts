// One event stream as it comes in: two readers that must agree, the grammar, the times; and waiting for events.
import type { Readable } from 'node:stream'
import { createParser } from 'eventsource-parser'
import type { Grammar, StreamEvent } from '../../contracts/core/grammar.ts'
import { readStream } from '../../contracts/core/read-stream.ts'
import { Verdict } from '../verdict.ts'
import type { Exchange } from './exchange.ts'
import type { ClientOptions } from './http-client.ts'
import { type SseEvent, strictReader } from './strict-sse.ts'
import type { JudgeRule } from './wire-rules.ts'

/** An event with the time at which its last byte came, in milliseconds since the recorder began. */
export type TimedEvent<Event extends StreamEvent = StreamEvent> = Event & { readonly atMs: number }

export interface StreamExchange<Event extends StreamEvent = StreamEvent> {
  readonly exchange: Exchange
  /** All events so far. */
  readonly events: readonly TimedEvent<Event>[]
  /** The next event that fits, among those that came and those to come. Throws a Verdict where the stream ends or `withinMs` pass without it. */
  next<Type extends Event['type']>(
    type: Type,
    options?: NextOptions<Extract<Event, { type: Type }>>,
  ): Promise<TimedEvent<Extract<Event, { type: Type }>>>
  /** Resolves when the body is over, with the terminal event if there was one; or when the stream has been silent for too long. Never throws. */
  ended(): Promise<TimedEvent<Event> | undefined>
  /** Whether any bytes, also comments, come within `ms` from now. The time is taken as it is. */
  moreBytes(ms: number): Promise<boolean>
  /** Closes the connection, as a client that leaves. */
  leave(): void
  /** Stops reading, so that the socket fills up; `resume` goes on. */
  pause(): void
  resume(): void
}

export interface NextOptions<Event> {
  /** Default: the bound for an answer. Stretched by the patience of the run. */
  readonly withinMs?: number
  readonly where?: (event: Event) => boolean
  /** Looks only at events after this one. */
  readonly after?: TimedEvent
}

/** Begins to read. Everything that breaks the contract is noted on the exchange; nothing throws. */
export function readEventStream(
  body: Readable,
  grammar: Grammar,
  exchange: Exchange,
  options: ClientOptions,
): StreamExchange {
  const { bounds, keepaliveMs, patience, recorder } = options
  const events: TimedEvent[] = []
  const judge = readStream(grammar)
  const strict = strictReader()
  const conforming: { event: string | undefined; data: string }[] = []
  const parser = createParser({ onEvent: ({ data, event }) => conforming.push({ event, data }) })
  const utf8 = new TextDecoder()
  const over = Promise.withResolvers<void>()
  const waiting = new Set<() => void>()
  let terminal: TimedEvent | undefined
  let lastByteMs = exchange.sentAtMs
  let strictCount = 0
  let left = false
  let paused = false
  let alarm = setAlarm()

  body.on('data', take)
  body.once('end', () => finish('whole'))
  body.once('error', () => finish(left ? 'closed-by-us' : 'broken'))
  body.once('close', () => finish(left ? 'closed-by-us' : 'broken'))

  return {
    exchange,
    events,
    next: next as StreamExchange['next'],
    ended: async () => {
      await over.promise
      return terminal
    },
    async moreBytes(ms) {
      const before = exchange.chunks.length
      await wake(ms)
      return exchange.chunks.length > before
    },
    leave() {
      left = true
      body.destroy()
      finish('closed-by-us')
    },
    pause() {
      paused = true
      clearTimeout(alarm)
      body.pause()
    },
    resume() {
      paused = false
      lastByteMs = recorder.nowMs()
      alarm = setAlarm()
      body.resume()
    },
  }

  function take(bytes: Buffer): void {
    const atMs = recorder.nowMs()
    exchange.chunks.push({ atMs, text: bytes.toString('utf8') })
    judgeTimes(atMs)
    lastByteMs = atMs
    for (const sse of strict.feed(bytes)) takeEvent(sse, atMs)
    parser.feed(utf8.decode(bytes, { stream: true }))
    if (!paused) {
      clearTimeout(alarm)
      alarm = setAlarm()
    }
    for (const wake of [...waiting]) wake()
  }

  function takeEvent(sse: SseEvent, atMs: number): void {
    strictCount += 1
    const where = `event ${strictCount}`
    const event = decode(sse.data)
    if (event === undefined)
      return violate(
        'sse.envelope',
        'data that is one JSON object with a `type`',
        JSON.stringify(sse.data.slice(0, 200)),
        where,
      )
    if (sse.event !== event.type)
      violate('sse.envelope', `\`event: ${event.type}\`, as in the data`, `\`event: ${sse.event ?? ''}\``, where)
    const id = grammar.envelope.wireId?.(event)
    if (id !== undefined && sse.id !== id) violate('sse.envelope', `\`id: ${id}\``, `\`id: ${sse.id ?? ''}\``, where)
    for (const { event: place, expected, law, received, rule } of judge.event(event)) {
      violate(`stream.${rule}`, expected, received, `event ${place}`, law)
    }
    const timed = { ...event, atMs }
    events.push(timed)
    if (Object.hasOwn(grammar.ends, event.type)) terminal ??= timed
  }

  /** The first bytes are due soon after the request, later ones as often as the keep-alive promises. */
  function judgeTimes(atMs: number): void {
    if (paused) return
    const [rule, boundMs] = due()
    const gapMs = atMs - lastByteMs
    if (gapMs > boundMs) violate(rule, `bytes within ${Math.round(boundMs)} ms`, `${Math.round(gapMs)} ms of silence`)
  }

  function due(): [rule: JudgeRule, boundMs: number] {
    if (terminal !== undefined) return ['sse.body-ends', patience.stretch(bounds.bodyEndMs)]
    if (exchange.chunks.length <= 1 && lastByteMs === exchange.sentAtMs)
      return ['sse.first-bytes', patience.stretch(bounds.firstBytesMs)]
    return ['sse.keepalive', patience.stretch(keepaliveMs + bounds.keepaliveGraceMs)]
  }

  /** Rings when silence has lasted so long that waiting on teaches nothing: the stream is given up, as a broken rule. */
  function setAlarm(): NodeJS.Timeout {
    const [rule, boundMs] = due()
    const silenceMs = rule === 'sse.body-ends' ? boundMs : boundMs + patience.stretch(bounds.answerMs)
    return setTimeout(() => {
      violate(
        rule,
        rule === 'sse.body-ends' ? 'the end of the body' : `bytes within ${Math.round(boundMs)} ms`,
        `${Math.round(silenceMs)} ms of silence`,
      )
      left = true
      body.destroy()
      finish('closed-by-us', true)
    }, silenceMs).unref()
  }

  function finish(ending: NonNullable<Exchange['ending']>, givenUp = false): void {
    if (exchange.ending !== undefined) return
    clearTimeout(alarm)
    exchange.ending = ending
    exchange.endedAtMs = recorder.nowMs()
    if (terminal !== undefined && strict.linesSinceEvent > 0) {
      violate('sse.quiet-end', `nothing after \`${terminal.type}\``, `${strict.linesSinceEvent} more lines`)
    }
    if (!left || givenUp) {
      if (ending === 'whole') strict.end()
      for (const { event, expected, received } of judge.end()) {
        violate(
          'stream.truncated',
          expected,
          ending === 'broken' ? `${received}, by a broken connection` : received,
          `event ${event}`,
        )
      }
    }
    for (const deviation of strict.deviations) violate('sse.framing', 'well-framed server-sent events', deviation)
    if (conforming.length !== strictCount) {
      violate(
        'sse.readers-agree',
        `${strictCount} events, as the strict reader sees`,
        `${conforming.length}, as a conforming reader sees`,
      )
    }
    over.resolve()
    for (const wake of [...waiting]) wake()
  }

  function violate(rule: JudgeRule, expected: string, received: string, where?: string, law?: string): void {
    const at = `exchange ${exchange.number}: ${exchange.method} ${exchange.path}${where === undefined ? '' : `, ${where}`}`
    exchange.violations.push({ rule, expected, received, at, ...(law === undefined ? {} : { law }) })
  }

  async function next(
    type: string,
    { after, where, withinMs = bounds.answerMs }: NextOptions<StreamEvent> = {},
  ): Promise<TimedEvent> {
    const start = after === undefined ? 0 : events.indexOf(after) + 1
    const find = () => events.slice(start).find((event) => event.type === type && (where?.(event) ?? true))
    const waitMs = patience.stretch(withinMs)
    const giveUpAtMs = recorder.nowMs() + waitMs
    for (;;) {
      const found = find()
      if (found !== undefined) return found
      const remainingMs = giveUpAtMs - recorder.nowMs()
      if (exchange.ending !== undefined || remainingMs <= 0) throw absent(type, waitMs)
      await wake(remainingMs)
    }
  }

  /** Resolves with the next bytes, the end, or the deadline, whichever comes first. */
  function wake(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        waiting.delete(done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      waiting.add(done)
    })
  }

  function absent(type: string, waitMs: number): Verdict {
    const last = events.at(-1)
    const came = last === undefined ? 'no event' : `${events.length} events, the last \`${last.type}\``
    const received =
      exchange.ending === undefined
        ? `${came} within ${Math.round(waitMs)} ms`
        : `${came}, then the end (${exchange.ending})`
    return new Verdict({ expected: `\`${type}\``, received, at: `exchange ${exchange.number}: ${exchange.path}` })
  }
}

function decode(data: string): StreamEvent | undefined {
  try {
    const value: unknown = JSON.parse(data)
    const isEvent = typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
    return isEvent ? (value as StreamEvent) : undefined
  } catch {
    return undefined
  }
}
