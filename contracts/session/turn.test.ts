// Every small change of a turn that leaves its language is complained about, under the rule that it breaks.
import { describe, expect, expectTypeOf, it } from 'vitest'
import { generateStream } from '../core/generate-stream.ts'
import type { StreamEvent } from '../core/grammar.ts'
import { problem } from '../core/problem.ts'
import { seeded } from '../core/random.ts'
import {
  complaints,
  describeChanges,
  eventAt,
  expectNone,
  expectRules,
  places,
  renumbered,
  swapped,
} from '../core/stream-changes.ts'
import { type TurnEvent, type turnEvents, turnGrammar } from './turn.ts'

const place = places(turnGrammar)

describeChanges(turnGrammar, {
  leftOut: {
    start: ['opens'],
    companion_chunk: ['order', 'law'],
    companion_complete: ['closed'],
    consultation_start: ['order'],
    consultation_complete: ['closed'],
    consultation_error: ['closed'],
    complete: ['truncated'],
  },
  twice: {
    start: ['opens'],
    companion_chunk: ['law'],
    companion_complete: ['order'],
    consultation_start: ['order'],
    consultation_complete: ['order'],
    consultation_error: ['order'],
    complete: ['ends-once'],
  },
  members: [
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
      'problem with an unknown code',
      ({ error }) => (error === undefined ? undefined : { error: { ...problem('INTERNAL', 'x'), code: 'KeyError' } }),
      'event-schema',
    ],
    ['finish reason', ({ type }) => (type === 'complete' ? { finish_reason: 'tired' } : undefined), 'event-schema'],
  ],
  optional: ['finish_reason'],
})

describe('an event that changes its place with another', () => {
  it('breaks the order or a law where both are of the same span', () => {
    expectRules(turnGrammar, place, ([events, at]) => {
      const next = events.findIndex((event, later) => later > at && keyOf(event) === keyOf(events[at]))
      if (next === -1 || keyOf(events[at]) === undefined) return { changed: [], rules: undefined }
      const [left, right] = [String(events[at]?.['delta'] ?? ''), String(events[next]?.['delta'] ?? '')]
      const chunks = [at, next].every((which) => eventAt(events, which).type === 'companion_chunk')
      const changed = renumbered(swapped(events, at, next))
      if (chunks) return { changed, rules: left + right === right + left ? undefined : ['law'] }
      return { changed, rules: ['order', 'closed', 'law'] }
    })
  })

  it('is right where they are of different spans', () => {
    const free = (event: StreamEvent | undefined) => keyOf(event) !== undefined
    const neighbours = place.filter(
      ([events, at]) => free(events[at]) && free(events[at + 1]) && keyOf(events[at]) !== keyOf(events[at + 1]),
    )
    expectNone(turnGrammar, neighbours, ([events, at]) => renumbered(swapped(events, at, at + 1)))
  })
})

it('counts an event of a type that nobody knows as left out', () => {
  expectRules(turnGrammar, place, ([events, at]) => ({
    changed: events.with(at, { ...eventAt(events, at), type: 'note' }),
    rules: ['opens', 'order', 'law', 'closed', 'truncated'],
  }))
})

it('says in the words of an issue that something came after the end', () => {
  const events = generateStream(turnGrammar, seeded(5), { size: 12 }).slice(0, 13)
  const chunk = { ...events[0], type: 'companion_chunk', message_id: 'm', delta: 'x' } as StreamEvent
  const end = { ...events[0], type: 'error', error: problem('INTERNAL', 'x') } as StreamEvent
  const [complaint] = complaints(turnGrammar, renumbered([...events, end, chunk]))
  expect(`${complaint?.expected}, received ${complaint?.received}`).toBe(
    'after `error` at event 14 the stream must end, received `companion_chunk`',
  )
})

it('is told apart by its type', () => {
  expectTypeOf<Extract<TurnEvent, { type: 'companion_chunk' }>['delta']>().toEqualTypeOf<string>()
  expectTypeOf<Extract<TurnEvent, { type: 'error' }>['error']['code']>().toExtend<string>()
  expectTypeOf<TurnEvent['type']>().toEqualTypeOf<keyof typeof turnEvents>()
})

it('names its SSE events by the turn and the number', () => {
  const [first] = generateStream(turnGrammar, seeded(1))
  expect(turnGrammar.envelope.wireId?.(first as StreamEvent)).toBe(`${first?.['turn_id']}:1`)
})

function keyOf(event: StreamEvent | undefined): unknown {
  return event?.['message_id'] ?? event?.['consultation_id']
}
