import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { interleaved, oneOrMore, span } from './expression.ts'
import { grammar, type StreamEvent } from './grammar.ts'
import { agrees, joined } from './law.ts'
import { type Complaint, readStream } from './read-stream.ts'

const talk = grammar({
  name: 'talk',
  envelope: { members: { seq: z.int(), talk_id: z.string() }, sequence: 'seq', constant: ['talk_id'] },
  events: {
    start: {},
    part: { id: z.string(), delta: z.string().min(1) },
    whole: { id: z.string(), text: z.string() },
    ask: { id: z.string(), expert: z.string() },
    answer: { id: z.string(), expert: z.string() },
    complete: {},
    error: {},
  },
  opens: 'start',
  body: interleaved(span('id', oneOrMore('part'), { closes: ['whole'] }), span('id', 'ask', { closes: ['answer'] })),
  ends: { complete: 'closed', error: 'anywhere' },
  laws: [joined('id', ['part', 'delta'], ['whole', 'text']), agrees('id', 'expert')],
})

/** Events from types, numbered; `part:a` carries `id` a and whatever its type needs. */
function events(...texts: readonly string[]): StreamEvent[] {
  const own: Record<string, object> = {
    part: { delta: 'x' },
    whole: { text: 'x' },
    ask: { expert: 'e' },
    answer: { expert: 'e' },
  }
  return texts.map((text, at) => {
    const [type = '', id] = text.split(':')
    return { type, seq: at + 1, talk_id: 't', ...own[type], ...(id === undefined ? {} : { id }) }
  })
}

function read(all: readonly StreamEvent[]): Complaint[] {
  const reader = readStream(talk)
  return [...all.flatMap((event) => [...reader.event(event)]), ...reader.end()]
}

const good = events('start', 'part:a', 'ask:b', 'whole:a', 'answer:b', 'complete')

describe('a stream that keeps every rule', () => {
  it('gives no complaint, and says how far it is', () => {
    const reader = readStream(talk)
    expect([reader.events, reader.ended]).toEqual([0, false])
    for (const event of good) expect(reader.event(event)).toEqual([])
    expect([reader.events, reader.ended]).toEqual([6, true])
    expect(reader.end()).toEqual([])
  })

  it('may end by an error while things are open', () => {
    expect(read(events('start', 'part:a', 'ask:b', 'error'))).toEqual([])
    expect(read(events('start', 'error'))).toEqual([])
  })

  it('may carry members and types that the reader does not know, even strange ones', () => {
    expect(read(events('start', 'note', 'constructor', '__proto__', 'toString', 'complete'))).toEqual([])
    expect(read(good.map((event) => ({ ...event, more: [] })))).toEqual([])
  })
})

describe('the sentence of an issue', () => {
  it('can be made of a complaint: after `complete` at event 14 the stream must end, received `companion_chunk`', () => {
    const pairs = Array.from({ length: 6 }, (_, at) => [`part:${at}`, `whole:${at}`]).flat()
    const [complaint] = read(events('start', ...pairs, 'complete', 'part:z'))
    expect(complaint).toEqual({
      rule: 'ends-once',
      event: 15,
      expected: 'after `complete` at event 14 the stream must end',
      received: '`part`',
    })
    expect(`${complaint?.expected}, received ${complaint?.received}`).toBe(
      'after `complete` at event 14 the stream must end, received `part`',
    )
  })
})

const change = (at: number, members: object): StreamEvent[] =>
  good.map((event, place) => (place === at ? { ...event, ...members } : event))

describe.each([
  ['opens', 'another first event', events('part:a', 'whole:a', 'complete'), 1, 'the first event is `start`', '`part`'],
  ['opens', 'an unknown first event', events('note', 'complete'), 1, 'the first event is `start`', '`note`'],
  [
    'opens',
    'a second opening',
    events('start', 'start', 'complete'),
    2,
    'exactly one `start`, first',
    'a second `start`',
  ],
  [
    'order',
    'a close before its opening',
    events('start', 'whole:a', 'error'),
    2,
    'after `start` at event 1: `part` with a new id or `ask` with a new id or `complete` or `error`',
    '`whole` with id "a"',
  ],
  [
    'order',
    'a close of what is closed',
    [...events('start', 'ask:b', 'answer:b', 'answer:b', 'error')],
    4,
    'after `answer` at event 3: `part` with a new id or `ask` with a new id or `complete` or `error`',
    '`answer` with id "b"',
  ],
  [
    'order',
    'an opening of what is open',
    events('start', 'ask:b', 'ask:b', 'error'),
    3,
    'after `ask` at event 2: `part` with a new id or `answer` with id b or `ask` with a new id or `error`',
    '`ask` with id "b"',
  ],
  [
    'closed',
    'an end over open things',
    events('start', 'part:a', 'ask:b', 'complete'),
    4,
    'before `complete`: id a is open: `part` or `whole` must come; id b is open: `answer` must come',
    '`complete`',
  ],
  [
    'ends-once',
    'a second end',
    events('start', 'complete', 'complete'),
    3,
    'after `complete` at event 2 the stream must end',
    '`complete`',
  ],
  [
    'ends-once',
    'an unknown event after the end',
    events('start', 'error', 'note'),
    3,
    'after `error` at event 2 the stream must end',
    '`note`',
  ],
  ['truncated', 'no end', events('start', 'part:a'), 3, '`complete` or `error`', 'the end after `part`'],
  ['truncated', 'nothing at all', [], 1, '`complete` or `error`', 'the end, without any event'],
  ['sequence', 'a number that is left out', change(5, { seq: 7 }), 6, 'seq 6 on `complete`', '7'],
  [
    'sequence',
    'a number that is missing on an unknown event',
    [
      { type: 'start', seq: 1, talk_id: 't' },
      { type: 'note', talk_id: 't' },
      { type: 'complete', seq: 3, talk_id: 't' },
    ],
    2,
    'seq 2 on `note`',
    'none',
  ],
  ['constant', 'another subject', change(5, { talk_id: 'u' }), 6, 'talk_id "t" on every event', '"u"'],
  [
    'event-schema',
    'a member of the wrong type',
    change(3, { text: null }),
    4,
    '`whole` with text: Invalid input: expected string, received null',
    expect.stringContaining('"text":null'),
  ],
  [
    'event-schema',
    'an empty member',
    change(1, { delta: '' }),
    2,
    '`part` with delta: Too small: expected string to have >=1 characters',
    expect.any(String),
  ],
  ['law', 'another text', change(3, { text: 'y' }), 4, '1 characters, …"x"… at 0', '1 characters, …"y"… at 0'],
  ['law', 'another expert', change(4, { expert: 'f' }), 5, 'expert "e"', '"f"'],
] satisfies [string, string, StreamEvent[], number, string, string][])(
  '%s',
  (rule, what, stream, event, expected, received) => {
    it(`complains about ${what}, exactly`, () => {
      const [first] = read(stream)
      expect(first).toMatchObject({ rule, event, expected, received })
    })
  },
)

describe('after a complaint', () => {
  it('the reader goes on, so that one fault is told once', () => {
    expect(read(change(2, { seq: 9 })).map(({ rule, event }) => [rule, event])).toEqual([
      ['sequence', 3],
      ['sequence', 4],
    ])
    expect(read(events('start', 'whole:z', 'part:a', 'whole:a', 'complete')).map(({ rule }) => rule)).toEqual(['order'])
  })

  it('a subject that the first event lacks is taken from the next one', () => {
    const { talk_id: _, ...first } = good[0] as StreamEvent & { talk_id: string }
    expect(read([first, ...good.slice(1)]).map(({ rule, event }) => [rule, event])).toEqual([['event-schema', 1]])
  })

  it('says which law is broken', () => {
    expect(read(change(4, { expert: 'f' })).map(({ law }) => law)).toEqual(['id-keeps-expert'])
  })
})

describe('the subject, which is judged until it has passed and compared from then on', () => {
  const long = events('start', ...Array.from({ length: 20 }, () => 'part:a'), 'whole:a', 'complete').map((event) =>
    event.type === 'whole' ? { ...event, text: 'x'.repeat(20) } : event,
  )
  const changed = (at: number, members: object) =>
    read(long.map((event, place) => (place === at ? { ...event, ...members } : event)))

  it('keeps the rules in a long stream', () => {
    expect(read(long)).toEqual([])
  })

  it('is complained about on every event where it never passes', () => {
    const rules = read(long.map((event) => ({ ...event, talk_id: 7 }))).map(({ rule, event }) => [rule, event])
    expect(rules).toEqual(long.map((_, place) => ['event-schema', place + 1]))
  })

  it('is judged again where it is another one', () => {
    for (const talk_id of [7, undefined]) {
      expect(changed(9, { talk_id }).map(({ rule, event }) => [rule, event])).toEqual([
        ['event-schema', 10],
        ['constant', 10],
        ['law', 22],
      ])
    }
  })

  it('is judged where nothing but an unknown event has carried it so far', () => {
    const bad = { talk_id: 7 }
    const stream = events('note', 'start', 'part:a', 'part:a')
    const rules = read(stream.map((event, place) => (place === 1 ? event : { ...event, ...bad })))
    expect(rules.filter(({ rule }) => rule === 'event-schema').map(({ event }) => event)).toEqual([3, 4])
  })

  it('does not keep the other members from being judged', () => {
    expect(changed(9, { delta: 5 })).toMatchObject([{ rule: 'event-schema', event: 10 }, { rule: 'law' }])
    expect(changed(9, { id: 5 })).toMatchObject([
      { rule: 'event-schema', event: 10 },
      { rule: 'order' },
      { rule: 'law' },
    ])
  })
})

it('reads a stream without an opening and without numbers', () => {
  const bare = grammar({
    name: 'bare',
    envelope: { members: {}, constant: [] },
    events: { tick: {}, end: {} },
    body: oneOrMore('tick'),
    ends: { end: 'closed' },
  })
  const reader = readStream(bare)
  expect(reader.event({ type: 'tick' })).toEqual([])
  expect(reader.event({ type: 'end' })).toEqual([])
  expect(readStream(bare).event({ type: 'end' })).toEqual([
    { rule: 'closed', event: 1, expected: 'before `end`: `tick` must come', received: '`end`' },
  ])
})
