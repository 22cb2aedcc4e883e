import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { choice, interleaved, many, oneOrMore, sequence, span } from './expression.ts'
import { generateStream } from './generate-stream.ts'
import { type Grammar, grammar } from './grammar.ts'
import { agrees, joined, type Law } from './law.ts'
import { identifier } from './primitives.ts'
import { seeded } from './random.ts'
import { readStream } from './read-stream.ts'

const envelope = { members: { seq: z.int(), talk_id: identifier }, sequence: 'seq', constant: ['talk_id'] }
const id = { id: identifier }

const mixed: Grammar = grammar({
  name: 'mixed',
  envelope,
  events: {
    start: {},
    part: { ...id, delta: z.string().min(1) },
    whole: { ...id, text: z.string() },
    ask: { ...id, by: z.string() },
    answer: { ...id, by: z.string() },
    refuse: id,
    complete: {},
    error: {},
  },
  opens: 'start',
  body: interleaved(
    span('id', oneOrMore('part'), { closes: ['whole'] }),
    span('id', 'ask', { closes: ['answer', 'refuse'] }),
  ),
  ends: { complete: 'closed', error: 'anywhere' },
  laws: [joined('id', ['part', 'delta'], ['whole', 'text']), agrees('id', 'by')],
})

const inOrder: Grammar = grammar({
  name: 'in-order',
  envelope,
  events: { busy: {}, idle: {}, open: id, print: id, close: id, skip: id, complete: {} },
  body: sequence(
    'busy',
    many(choice(sequence('skip', many('idle')), 'idle')),
    span('id', 'open', { closes: ['close'], holds: many('print'), atOnce: 1 }),
    'idle',
  ),
  ends: { complete: 'closed' },
})

const bare: Grammar = grammar({
  name: 'bare',
  envelope: { members: {}, constant: [] },
  events: { tick: {}, end: {} },
  body: oneOrMore('tick'),
  ends: { end: 'anywhere' },
})

/** A law that only a generator that asks `may` can keep: no second `spare`, no end before one has come. */
const sparing: Law = {
  id: 'sparing',
  says: 'one `spare`, no more and no fewer',
  watch() {
    let spares = 0
    return {
      see({ type }) {
        if (type === 'spare') spares += 1
        const wrong = type === 'end' ? spares === 0 : spares > 1
        return wrong ? { expected: 'one spare', received: String(spares) } : undefined
      },
      may: ({ type }) => (type === 'spare' ? spares === 0 : type !== 'end' || spares === 1),
    }
  },
}

const lawful: Grammar = grammar({
  name: 'lawful',
  envelope: { members: {}, constant: [] },
  events: { tick: {}, spare: {}, end: {}, stop: {} },
  body: many('tick', 'spare'),
  ends: { end: 'closed', stop: 'anywhere' },
  laws: [sparing],
})

/** Its last event ends the body: whoever takes it early gives a short stream. */
const closing: Grammar = grammar({
  name: 'closing',
  envelope: { members: {}, constant: [] },
  events: { tick: {}, result: {}, end: {} },
  body: sequence(many('tick'), 'result'),
  ends: { end: 'closed' },
})

describe.each([mixed, inOrder, bare, lawful, closing])('$name', (rules) => {
  const ends = Object.keys(rules.ends)

  it('gives streams that the reader takes, of any size, with any end', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(40), fc.constantFrom(...ends), (seed, size, end) => {
        const events = generateStream(rules, seeded(seed), { size, end })
        const reader = readStream(rules)
        expect(events.flatMap((event) => [...reader.event(event)])).toEqual([])
        expect(reader.end()).toEqual([])
        expect(events.at(-1)?.type).toBe(end)
        if (rules !== inOrder) expect(events.length).toBeGreaterThan(size)
      }),
      { numRuns: 200 },
    )
  })

  it('gives the same stream for the same random numbers, and others for others', () => {
    const streams = Array.from({ length: 20 }, (_, seed) => JSON.stringify(generateStream(rules, seeded(seed))))
    expect(JSON.stringify(generateStream(rules, seeded(7)))).toBe(streams[7])
    if (rules === mixed || rules === inOrder) expect(new Set(streams).size).toBeGreaterThan(15)
  })
})

it('shows every event of its grammar in some stream', () => {
  for (const rules of [mixed, inOrder, bare, lawful, closing]) {
    const streams = Array.from({ length: 60 }, (_, seed) =>
      generateStream(rules, seeded(seed), seed % 2 === 0 ? {} : { end: Object.keys(rules.ends).at(-1) ?? '' }),
    )
    expect(new Set(streams.flat().map(({ type }) => type))).toEqual(new Set(Object.keys(rules.events)))
  }
})

it('mixes what may be mixed, and opens several at once only where it may', () => {
  const openAtOnce = (rules: Grammar, opens: string, closes: string) =>
    Math.max(
      ...Array.from({ length: 60 }, (_, seed) => {
        let open = 0
        return Math.max(
          ...generateStream(rules, seeded(seed), { size: 30 }).map(({ type }) => {
            if (type === opens) open += 1
            if (type === closes) open -= 1
            return open
          }),
        )
      }),
    )
  expect(openAtOnce(mixed, 'ask', 'answer')).toBeGreaterThan(2)
  expect(openAtOnce(inOrder, 'open', 'close')).toBe(1)
})

it('ends as usual by the end that needs everything closed', () => {
  expect(generateStream(mixed, seeded(1)).at(-1)?.type).toBe('complete')
})

it('refuses an end that is no event', () => {
  expect(() => generateStream(mixed, seeded(1), { end: 'fin' })).toThrow('grammar mixed has no event fin')
})
