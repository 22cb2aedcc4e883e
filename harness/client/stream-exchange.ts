// One event stream as it comes in: what its judge says, when things come, and waiting for events.
import type { Readable } from 'node:stream'
import type { Grammar, StreamEvent } from '../../contracts/core/grammar.ts'
import { Verdict } from '../verdict.ts'
import type { Exchange } from './exchange.ts'
import type { ClientOptions } from './http-client.ts'
import { within } from './patience.ts'
import { judgeStream } from './stream-judge.ts'
import type { JudgeRule } from './wire-rules.ts'

/** An event with the time at which its last byte came, in milliseconds since the recorder began. */
export type TimedEvent<Event extends StreamEvent = StreamEvent> = Event & { readonly atMs: number }

export interface StreamExchange<Event extends StreamEvent = StreamEvent> {
  readonly exchange: Exchange
  /** All events so far. */
  readonly events: readonly TimedEvent<Event>[]
  /** The first event, whatever its type. Throws a Verdict where the stream ends or the bound for an answer passes without one. */
  first(): Promise<TimedEvent<Event>>
  /** The next event that fits, among those that came and those to come. Throws a Verdict where the stream ends or `withinMs` pass without it. */
  next<Type extends Event['type']>(
    type: Type,
    options?: NextOptions<Extract<Event, { type: Type }>>,
  ): Promise<TimedEvent<Extract<Event, { type: Type }>>>
  /**
   * Resolves when the body is over, with the terminal event if there was one. A stream that is silent for too long, or
   * still goes on after `withinMs` (default `ClientBounds.streamEndMs`, stretched), is given up as a broken rule. Never throws.
   */
  ended(options?: { readonly withinMs?: number }): Promise<TimedEvent<Event> | undefined>
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
  const judge = judgeStream(grammar, exchange)
  const over = Promise.withResolvers<void>()
  const waiting = new Set<() => void>()
  let terminal: TimedEvent | undefined
  let lastByteMs = exchange.sentAtMs
  let bytesRead = 0
  let paused = false
  let alarm = setAlarm()

  body.on('data', take)
  body.once('end', () => finish('whole'))
  body.once('error', () => finish('broken'))
  body.once('close', () => finish('broken'))
  recorder.whenClosed(leave)

  return {
    exchange,
    events,
    first: () => nextThat(() => true, 'an event'),
    next: next as StreamExchange['next'],
    async ended({ withinMs = bounds.streamEndMs ?? defaultStreamEndMs } = {}) {
      const waitMs = patience.stretch(withinMs)
      const isOver = await within(
        waitMs,
        over.promise.then(() => true),
      )
      if (isOver === undefined) giveUpWaiting(waitMs)
      return terminal
    },
    async moreBytes(ms) {
      const before = exchange.chunks.length
      await wake(ms)
      return exchange.chunks.length > before
    },
    leave,
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
    judgeSilence(atMs)
    lastByteMs = atMs
    bytesRead += bytes.length
    const wasOver = terminal !== undefined
    for (const event of judge.take(bytes)) {
      const timed = { ...event, atMs }
      events.push(timed)
      if (event === judge.terminal) terminal = timed
    }
    if (!wasOver) resetAlarm()
    if (bytesRead > maxStreamBytes) giveUp('stream.ends-once', anEnd(), `${bytesRead} bytes without one`)
    for (const wake of [...waiting]) wake()
  }

  function resetAlarm(): void {
    clearTimeout(alarm)
    if (!paused) alarm = setAlarm()
  }

  /** The first bytes are due soon after the request, later ones as often as the keep-alive promises. */
  function judgeSilence(atMs: number): void {
    if (paused || terminal !== undefined) return
    const [rule, boundMs] = due()
    const gapMs = atMs - lastByteMs
    if (gapMs > boundMs)
      judge.note(rule, `bytes within ${Math.round(boundMs)} ms`, `${Math.round(gapMs)} ms of silence`)
  }

  function due(): [rule: JudgeRule, boundMs: number] {
    if (lastByteMs === exchange.sentAtMs) return ['sse.first-bytes', patience.stretch(bounds.firstBytesMs)]
    return ['sse.keepalive', patience.stretch(keepaliveMs + bounds.keepaliveGraceMs)]
  }

  /**
   * Rings when silence has lasted so long that waiting on teaches nothing: the stream is given up, as a broken rule.
   * After the terminal event the body must end, whatever else it still says.
   */
  function setAlarm(): NodeJS.Timeout {
    if (terminal !== undefined) return setEndAlarm(terminal)
    const [rule, boundMs] = due()
    const silenceMs = boundMs + patience.stretch(bounds.answerMs)
    const expected = `bytes within ${Math.round(boundMs)} ms`
    return setTimeout(() => giveUp(rule, expected, `${Math.round(silenceMs)} ms of silence`, true), silenceMs).unref()
  }

  function setEndAlarm({ atMs, type }: TimedEvent): NodeJS.Timeout {
    const boundMs = patience.stretch(bounds.bodyEndMs)
    const expected = `the end of the body within ${Math.round(boundMs)} ms of \`${type}\``
    const leftMs = Math.max(0, atMs + boundMs - recorder.nowMs())
    return setTimeout(() => giveUp('sse.body-ends', expected, 'a body that stays open'), leftMs).unref()
  }

  /** Waiting for the end was in vain: the stream was silent for too long, or talks for ever. */
  function giveUpWaiting(waitMs: number): void {
    judgeSilence(recorder.nowMs())
    const received = `${events.length} events and no end within ${Math.round(waitMs)} ms`
    giveUp(terminal === undefined ? 'stream.ends-once' : 'sse.body-ends', anEnd(), received)
  }

  function anEnd(): string {
    const ends = Object.keys(grammar.ends).map((type) => `\`${type}\``)
    return `${ends.join(' or ')}, then the end of the body`
  }

  /** Closes a stream that broke `rule` by not going on, or by not ending. */
  function giveUp(rule: JudgeRule, expected: string, received: string, silent = false): void {
    if (exchange.ending !== undefined) return
    judge.note(rule, expected, received)
    leave(silent)
  }

  function leave(silent = false): void {
    finish('closed-by-us', silent)
    body.destroy()
  }

  function finish(ending: NonNullable<Exchange['ending']>, silent = false): void {
    if (exchange.ending !== undefined) return
    clearTimeout(alarm)
    exchange.ending = ending
    exchange.endedAtMs = recorder.nowMs()
    judge.end(ending, silent)
    over.resolve()
    for (const wake of [...waiting]) wake()
  }

  function next(type: string, options: NextOptions<StreamEvent> = {}): Promise<TimedEvent> {
    const { where } = options
    return nextThat((event) => event.type === type && (where?.(event) ?? true), `\`${type}\``, options)
  }

  async function nextThat(
    fits: (event: StreamEvent) => boolean,
    what: string,
    { after, withinMs = bounds.answerMs }: NextOptions<StreamEvent> = {},
  ): Promise<TimedEvent> {
    const start = after === undefined ? 0 : events.indexOf(after) + 1
    const waitMs = patience.stretch(withinMs)
    const giveUpAtMs = recorder.nowMs() + waitMs
    for (;;) {
      const found = events.slice(start).find(fits)
      if (found !== undefined) return found
      const remainingMs = giveUpAtMs - recorder.nowMs()
      if (exchange.ending !== undefined || remainingMs <= 0) throw absent(what, waitMs)
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

  function absent(what: string, waitMs: number): Verdict {
    const last = events.at(-1)
    const came = last === undefined ? 'no event' : `${events.length} events, the last \`${last.type}\``
    const received =
      exchange.ending === undefined
        ? `${came} within ${Math.round(waitMs)} ms`
        : `${came}, then the end (${exchange.ending})`
    return new Verdict({ expected: what, received, at: `exchange ${exchange.number}: ${exchange.path}` })
  }
}

/** A stream that is not over by then will not be: what the harness waits, not the contract. */
const defaultStreamEndMs = 15_000

/** No stream of a check is longer; the harness must not drown in one that never ends. */
const maxStreamBytes = 32 * 1024 * 1024
