// Every small change of a turn that leaves its language is complained about, under the rule that it breaks.
import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { generateStream } from '../core/generate-stream.ts'
import type { StreamEvent } from '../core/grammar.ts'
import { problem } from '../core/problem.ts'
import { seeded } from '../core/random.ts'
import { type Complaint, readStream, type StreamRule } from '../core/read-stream.ts'
import { type TurnEvent, turnEvents, turnGrammar } from './turn.ts'

type Type = keyof typeof turnEvents

const turn = fc
  .record({ seed: fc.nat(), size: fc.integer({ min: 8, max: 30 }) })
  .map(({ seed, size }) => generateStream(turnGrammar, seeded(seed), { size, end: 'complete' }))

/** A turn and the place of one of its events. */
const place = turn.chain((events) => fc.tuple(fc.constant(events), fc.nat(events.length - 1)))

/** Whether what comes out of a change must be complained about, and by which of these rules; `undefined`: it changes nothing. */
type Expected = readonly StreamRule[] | undefined

describe('an event that is left out', () => {
  it('leaves a gap in the numbers, or the end', () => {
    expectRules(place, ([events, at]) => ({
      changed: events.toSpliced(at, 1),
      rules: at === events.length - 1 ? ['truncated'] : ['sequence'],
    }))
  })

  it('breaks the order even where the numbers are mended', () => {
    const rules: Record<Type, StreamRule[]> = {
      start: ['opens'],
      companion_chunk: ['order', 'law'],
      companion_complete: ['closed'],
      consultation_start: ['order'],
      consultation_complete: ['closed'],
      consultation_error: ['closed'],
      complete: ['truncated'],
      error: ['truncated'],
    }
    expectRules(place, ([events, at]) => ({
      changed: renumbered(events.toSpliced(at, 1)),
      rules: rules[typeAt(events, at)],
    }))
  })
})

describe('an event that comes twice', () => {
  it('repeats a number', () => {
    expectRules(place, ([events, at]) => ({ changed: twice(events, at), rules: ['sequence'] }))
  })

  it('breaks the order or a law even where the numbers are mended', () => {
    const rules: Record<Type, StreamRule[]> = {
      start: ['opens'],
      companion_chunk: ['law'],
      companion_complete: ['order'],
      consultation_start: ['order'],
      consultation_complete: ['order'],
      consultation_error: ['order'],
      complete: ['ends-once'],
      error: ['ends-once'],
    }
    expectRules(place, ([events, at]) => ({
      changed: renumbered(twice(events, at)),
      rules: rules[typeAt(events, at)],
    }))
  })
})

describe('an event that changes its place with the next one', () => {
  it('changes the order of the numbers', () => {
    expectRules(place, ([events, at]) => ({
      changed: swapped(events, at, at + 1),
      rules: at + 1 < events.length ? ['sequence'] : undefined,
    }))
  })

  it('breaks the order or a law where both are of the same span', () => {
    expectRules(place, ([events, at]) => {
      const next = events.findIndex((event, later) => later > at && keyOf(event) === keyOf(events[at]))
      if (next === -1 || keyOf(events[at]) === undefined) return { changed: [], rules: undefined }
      const [left, right] = [String(events[at]?.['delta'] ?? ''), String(events[next]?.['delta'] ?? '')]
      const chunks = typeAt(events, at) === 'companion_chunk' && typeAt(events, next) === 'companion_chunk'
      const changed = renumbered(swapped(events, at, next))
      if (chunks) return { changed, rules: left + right === right + left ? undefined : ['law'] }
      return { changed, rules: ['order', 'closed', 'law'] }
    })
  })

  it('is right where they are of different spans', () => {
    const free = (event: StreamEvent | undefined) => keyOf(event) !== undefined
    fc.assert(
      fc.property(place, ([events, at]) => {
        const next = events[at + 1]
        fc.pre(free(events[at]) && free(next) && keyOf(events[at]) !== keyOf(next))
        expect(complaints(renumbered(swapped(events, at, at + 1)))).toEqual([])
      }),
    )
  })
})

describe('an event with another member', () => {
  const cases: [name: string, members: (event: StreamEvent) => object | undefined, rule: StreamRule][] = [
    ['number', ({ seq }) => ({ seq: Number(seq) + 1 }), 'sequence'],
    ['number that is text', ({ seq }) => ({ seq: String(seq) }), 'sequence'],
    ['session', () => ({ session_id: 'another' }), 'constant'],
    ['turn', () => ({ turn_id: 'another' }), 'constant'],
    ['time without a zone', () => ({ ts: '2026-01-31T23:59:59.000' }), 'event-schema'],
    ['time without milliseconds', () => ({ ts: '2026-01-31T23:59:59Z' }), 'event-schema'],
    ['text', ({ type }) => (type === 'companion_complete' ? { text: 'something else' } : undefined), 'law'],
    ['delta', ({ type }) => (type === 'companion_chunk' ? { delta: 'something else' } : undefined), 'law'],
    ['empty delta', ({ type }) => (type === 'companion_chunk' ? { delta: '' } : undefined), 'event-schema'],
    ['message', ({ type }) => (type === 'companion_complete' ? { message_id: 'another' } : undefined), 'order'],
    [
      'consultation',
      ({ type }) => (type.startsWith('consultation_') ? { consultation_id: 'another' } : undefined),
      'order',
    ],
    ['expert', ({ expert_id: id }) => (id === undefined ? undefined : { expert_id: 'another' }), 'law'],
    [
      'problem',
      ({ error }) => (error === undefined ? undefined : { error: { ...problem('INTERNAL', 'x'), code: 'KeyError' } }),
      'event-schema',
    ],
    ['finish reason', ({ type }) => (type === 'complete' ? { finish_reason: 'tired' } : undefined), 'event-schema'],
  ]

  it.each(cases)('%s breaks a rule', (_name, members, rule) => {
    expectRules(place, ([events, at]) => {
      const event = events[at] as StreamEvent
      const change = members(event)
      return { changed: events.with(at, { ...event, ...change }), rules: change && [rule] }
    })
  })

  it('that nobody knows breaks none', () => {
    fc.assert(
      fc.property(place, ([events, at]) => {
        expect(complaints(events.with(at, { ...(events[at] as StreamEvent), more: {} }))).toEqual([])
      }),
    )
  })

  it('missing breaks the schema, or what the member is for', () => {
    expectRules(fc.tuple(place, fc.nat()), ([[events, at], nth]) => {
      const event = events[at] as StreamEvent
      const names = Object.keys(event).filter((name) => name !== 'type' && name !== 'finish_reason')
      const { [names[nth % names.length] ?? '']: _, ...rest } = event
      return { changed: events.with(at, rest as StreamEvent), rules: ['event-schema'] }
    })
  })
})

describe('an event of another type', () => {
  it('breaks a rule, whichever it is', () => {
    const types = fc.constantFrom(...(Object.keys(turnEvents) as Type[]))
    const anyRule: StreamRule[] = ['event-schema', 'opens', 'order', 'closed', 'ends-once', 'truncated']
    expectRules(fc.tuple(place, types), ([[events, at], type]) => {
      const event = events[at] as StreamEvent
      return { changed: events.with(at, { ...event, type }), rules: event.type === type ? undefined : anyRule }
    })
  })

  it('that nobody knows counts as left out', () => {
    expectRules(place, ([events, at]) => ({
      changed: events.with(at, { ...(events[at] as StreamEvent), type: 'note' }),
      rules: ['opens', 'order', 'law', 'closed', 'truncated'],
    }))
  })

  it('that nobody knows may come in between', () => {
    fc.assert(
      fc.property(place, ([events, at]) => {
        fc.pre(at > 0)
        const note = { ...(events[at] as StreamEvent), type: 'note' }
        expect(complaints(renumbered(events.toSpliced(at, 0, note)))).toEqual([])
      }),
    )
  })
})

describe('a turn that is cut off', () => {
  it('is truncated wherever it is cut', () => {
    expectRules(place, ([events, at]) => ({ changed: events.slice(0, at), rules: ['truncated'] }))
  })

  it('may end by an error wherever it is cut, after its start', () => {
    fc.assert(
      fc.property(place, ([events, at]) => {
        fc.pre(at > 0)
        const error = { ...(events[0] as StreamEvent), type: 'error', error: problem('CANCELLED', 'by the user') }
        expect(complaints(renumbered([...events.slice(0, at), error]))).toEqual([])
      }),
    )
  })

  it('ends once: whatever comes after the end is too much', () => {
    expectRules(place, ([events, at]) => ({
      changed: renumbered([...events, events[at] as StreamEvent]),
      rules: ['ends-once'],
    }))
  })
})

it('says in the words of an issue that something came after the end', () => {
  const events = generateStream(turnGrammar, seeded(5), { size: 12 }).slice(0, 13)
  const chunk = { ...events[0], type: 'companion_chunk', message_id: 'm', delta: 'x' } as StreamEvent
  const end = { ...events[0], type: 'error', error: problem('INTERNAL', 'x') } as StreamEvent
  const [complaint] = complaints(renumbered([...events, end, chunk]))
  expect(`${complaint?.expected}, received ${complaint?.received}`).toBe(
    'after `error` at event 14 the stream must end, received `companion_chunk`',
  )
})

it('is told apart by its type', () => {
  expectTypeOf<Extract<TurnEvent, { type: 'companion_chunk' }>['delta']>().toEqualTypeOf<string>()
  expectTypeOf<Extract<TurnEvent, { type: 'error' }>['error']['code']>().toExtend<string>()
  expectTypeOf<TurnEvent['type']>().toEqualTypeOf<Type>()
})

it('names its SSE events by the turn and the number', () => {
  const [first] = generateStream(turnGrammar, seeded(1))
  expect(turnGrammar.envelope.wireId?.(first as StreamEvent)).toBe(`${first?.['turn_id']}:1`)
})

/** Changes many turns; where `rules` stand, one of them is broken, and where they do not, the change is passed over. Some must not be. */
function expectRules<T>(
  arbitrary: fc.Arbitrary<T>,
  change: (value: T) => { changed: StreamEvent[]; rules: Expected },
): void {
  let judged = 0
  fc.assert(
    fc.property(arbitrary, (value) => {
      const { changed, rules } = change(value)
      if (rules === undefined) return
      judged += 1
      const broken = complaints(changed).map(({ rule }) => rule)
      expect(
        broken.some((rule) => rules.includes(rule)),
        `${broken} is none of ${rules}`,
      ).toBe(true)
    }),
    { numRuns: 300 },
  )
  expect(judged).toBeGreaterThan(5)
}

function complaints(events: readonly StreamEvent[]): Complaint[] {
  const reader = readStream(turnGrammar)
  return [...events.flatMap((event) => [...reader.event(event)]), ...reader.end()]
}

function renumbered(events: readonly StreamEvent[]): StreamEvent[] {
  return events.map((event, at) => ({ ...event, seq: at + 1 }))
}

function twice(events: StreamEvent[], at: number): StreamEvent[] {
  return events.toSpliced(at, 0, events[at] as StreamEvent)
}

function swapped(events: readonly StreamEvent[], left: number, right: number): StreamEvent[] {
  return events.map((event, at) => (at === left ? events[right] : at === right ? events[left] : event) as StreamEvent)
}

function typeAt(events: readonly StreamEvent[], at: number): Type {
  return events[at]?.type as Type
}

function keyOf(event: StreamEvent | undefined): unknown {
  return event?.['message_id'] ?? event?.['consultation_id']
}
