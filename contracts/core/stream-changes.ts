// Changes right streams of a grammar in every small way, and expects a complaint under the rule that each breaks. For tests alone.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateStream } from './generate-stream.ts'
import type { Grammar, StreamEvent } from './grammar.ts'
import { problem } from './problem.ts'
import { seeded } from './random.ts'
import { type Complaint, readStream, type StreamRule } from './read-stream.ts'

/** A stream and the place of one of its events. */
export type Place = readonly [events: StreamEvent[], at: number]

/** What comes out of a change, and the rules of which it breaks one; `undefined`: it changes nothing. */
export interface Changed {
  readonly changed: StreamEvent[]
  readonly rules: readonly StreamRule[] | undefined
}

export interface Expectations {
  /** The rules that are broken where an event of a type is left out, or comes twice, and the numbers are mended. */
  readonly leftOut: Readonly<Record<string, readonly StreamRule[]>>
  readonly twice: Readonly<Record<string, readonly StreamRule[]>>
  /** Members that break a rule; `undefined`: the event is not one that this is about. */
  readonly members: readonly (readonly [
    name: string,
    members: (event: StreamEvent) => object | undefined,
    rule: StreamRule,
  ])[]
  /** Members that an event may lack, beside `type`. */
  readonly optional?: readonly string[]
}

/** Right streams that end by `complete`, each with one of its places. */
export function places(grammar: Grammar): fc.Arbitrary<Place> {
  return streams(grammar).chain((events) => fc.tuple(fc.constant(events), fc.nat(events.length - 1)))
}

/** The changes that break a stream of any grammar that numbers its events, opens by `start`, and ends by `complete` or `error`. */
export function describeChanges(grammar: Grammar, { leftOut, members, optional = [], twice }: Expectations): void {
  const place = places(grammar)
  const types = Object.keys(grammar.events)
  const changes = (name: string, change: (place: Place) => Changed) =>
    it(name, () => expectRules(grammar, place, change))

  describe('an event that is left out', () => {
    changes('leaves a gap in the numbers, or the end', ([events, at]) => ({
      changed: events.toSpliced(at, 1),
      rules: at === events.length - 1 ? ['truncated'] : ['sequence'],
    }))

    changes('breaks a rule even where the numbers are mended', ([events, at]) => ({
      changed: renumbered(events.toSpliced(at, 1)),
      rules: leftOut[eventAt(events, at).type],
    }))
  })

  describe('an event that comes twice', () => {
    changes('repeats a number', ([events, at]) => ({ changed: repeated(events, at), rules: ['sequence'] }))

    changes('breaks a rule even where the numbers are mended', ([events, at]) => ({
      changed: renumbered(repeated(events, at)),
      rules: twice[eventAt(events, at).type],
    }))
  })

  describe('an event that changes its place with the next one', () => {
    changes('changes the order of the numbers', ([events, at]) => ({
      changed: swapped(events, at, at + 1),
      rules: at + 1 < events.length ? ['sequence'] : undefined,
    }))
  })

  describe('an event with another member', () => {
    it.each([...ofEnvelope(grammar), ...members])('%s breaks a rule', (_name, membersOf, rule) => {
      const about = placesOf(grammar, (event) => membersOf(event) !== undefined)
      expectRules(grammar, about, ([events, at]) => {
        if (at === undefined) return { changed: [], rules: undefined }
        const event = eventAt(events, at)
        return { changed: events.with(at, { ...event, ...membersOf(event) }), rules: [rule] }
      })
    })

    it('that nobody knows breaks none', () => {
      expectNone(grammar, place, ([events, at]) => events.with(at, { ...eventAt(events, at), more: {} }))
    })

    it('missing breaks the schema', () => {
      expectRules(grammar, fc.tuple(place, fc.nat()), ([[events, at], nth]) => {
        const event = eventAt(events, at)
        const names = Object.keys(event).filter((name) => name !== 'type' && !optional.includes(name))
        const { [names[nth % names.length] ?? '']: _, ...rest } = event
        return { changed: events.with(at, rest as StreamEvent), rules: ['event-schema'] }
      })
    })
  })

  describe('an event of another type', () => {
    it('breaks a rule, whichever it is', () => {
      const anyRule: StreamRule[] = ['event-schema', 'opens', 'order', 'closed', 'ends-once', 'truncated', 'law']
      expectRules(grammar, fc.tuple(place, fc.constantFrom(...types)), ([[events, at], type]) => {
        const event = eventAt(events, at)
        return { changed: events.with(at, { ...event, type }), rules: event.type === type ? undefined : anyRule }
      })
    })

    it('that nobody knows may come in between', () => {
      expectNone(grammar, afterStart(place), ([events, at]) =>
        renumbered(events.toSpliced(at, 0, { ...eventAt(events, at), type: 'note' })),
      )
    })
  })

  describe('a stream that is cut off', () => {
    changes('is truncated wherever it is cut', ([events, at]) => ({
      changed: events.slice(0, at),
      rules: ['truncated'],
    }))

    it('may end by an error wherever it is cut, after its start', () => {
      expectNone(grammar, afterStart(place), ([events, at]) => {
        const error = { ...eventAt(events, 0), type: 'error', error: problem('INTERNAL', 'a bug') }
        return renumbered([...events.slice(0, at), error])
      })
    })

    changes('ends once: whatever comes after the end is too much', ([events, at]) => ({
      changed: renumbered([...events, eventAt(events, at)]),
      rules: ['ends-once'],
    }))
  })
}

/** Changes many streams; where `rules` stand, one of them is broken, and where they do not, the change is passed over. Some must not be. */
export function expectRules<T>(grammar: Grammar, values: fc.Arbitrary<T>, change: (value: T) => Changed): void {
  let judged = 0
  fc.assert(
    fc.property(values, (value) => {
      const { changed, rules } = change(value)
      if (rules === undefined) return
      judged += 1
      const broken = complaints(grammar, changed).map(({ rule }) => rule)
      expect(
        broken.some((rule) => rules.includes(rule)),
        `${broken} is none of ${rules}`,
      ).toBe(true)
    }),
    { numRuns: 300 },
  )
  expect(judged).toBeGreaterThan(5)
}

/** Changes many streams, and nothing is wrong with what comes out. */
export function expectNone<T>(grammar: Grammar, values: fc.Arbitrary<T>, change: (value: T) => StreamEvent[]): void {
  fc.assert(
    fc.property(values, (value) => {
      expect(complaints(grammar, change(value))).toEqual([])
    }),
  )
}

export function complaints(grammar: Grammar, events: readonly StreamEvent[]): Complaint[] {
  const reader = readStream(grammar)
  return [...events.flatMap((event) => [...reader.event(event)]), ...reader.end()]
}

export function renumbered(events: readonly StreamEvent[]): StreamEvent[] {
  return events.map((event, at) => ({ ...event, seq: at + 1 }))
}

export function swapped(events: readonly StreamEvent[], left: number, right: number): StreamEvent[] {
  return events.map((event, at) => (at === left ? events[right] : at === right ? events[left] : event) as StreamEvent)
}

export function eventAt(events: readonly StreamEvent[], at: number): StreamEvent {
  return events[at] as StreamEvent
}

/** Streams of the grammar that end by `complete`. */
function streams(grammar: Grammar): fc.Arbitrary<StreamEvent[]> {
  return fc
    .record({ seed: fc.nat(), size: fc.integer({ min: 8, max: 30 }) })
    .map(({ seed, size }) => generateStream(grammar, seeded(seed), { size, end: 'complete' }))
}

/** Places of events that are looked for; `undefined` where a stream has none. */
function placesOf(grammar: Grammar, isRight: (event: StreamEvent) => boolean) {
  return streams(grammar).chain((events) => {
    const found = events.flatMap((event, at) => (isRight(event) ? [at] : []))
    return fc.tuple(fc.constant(events), found.length > 0 ? fc.constantFrom(...found) : fc.constant(undefined))
  })
}

function repeated(events: StreamEvent[], at: number): StreamEvent[] {
  return events.toSpliced(at, 0, eventAt(events, at))
}

function afterStart(place: fc.Arbitrary<Place>): fc.Arbitrary<Place> {
  return place.filter(([, at]) => at > 0)
}

/** What any event can have wrong, whatever its type. */
function ofEnvelope({ envelope }: Grammar): Expectations['members'] {
  return [
    ['number', ({ seq }) => ({ seq: Number(seq) + 1 }), 'sequence'],
    ['number that is text', ({ seq }) => ({ seq: String(seq) }), 'sequence'],
    ...envelope.constant.map((name) => [name, () => ({ [name]: 'another' }), 'constant'] as const),
    ['time without a zone', () => ({ ts: '2026-01-31T23:59:59.000' }), 'event-schema'],
    ['time without milliseconds', () => ({ ts: '2026-01-31T23:59:59Z' }), 'event-schema'],
  ]
}
