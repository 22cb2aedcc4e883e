import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SseEvent, strictReader } from './strict-sse.ts'

const good = 'id: t:1\nevent: start\ndata: {"a":"é😀"}\n\n: still here\n\nid: t:2\nevent: complete\ndata: {}\n\n'
const goodEvents: readonly SseEvent[] = [
  { id: 't:1', event: 'start', data: '{"a":"é😀"}' },
  { id: 't:2', event: 'complete', data: '{}' },
]

describe('a well-framed stream', () => {
  it.each(['\n', '\r\n'])('gives its events, with lines that end in %j', (lineEnd) => {
    const seen = readWhole(good.replaceAll('\n', lineEnd))
    expect(seen).toEqual({ events: goodEvents, deviations: [], comments: 1, linesSinceEvent: 0 })
  })

  it.each(['\n', '\r\n'])('gives the same wherever its bytes are cut, with lines that end in %j', (lineEnd) => {
    const bytes = new TextEncoder().encode(good.replaceAll('\n', lineEnd))
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const seen = read([bytes.subarray(0, cut), bytes.subarray(cut)])
      expect(seen, `cut at byte ${cut}`).toMatchObject({ events: goodEvents, deviations: [] })
    }
  })

  it('gives the same byte by byte', () => {
    const bytes = new TextEncoder().encode(good)
    expect(read([...bytes].map((byte) => Uint8Array.of(byte)))).toMatchObject({ events: goodEvents, deviations: [] })
  })

  it('hands an event over with the bytes that close it, not before', () => {
    const reader = strictReader()
    const [open = '', close = ''] = ['id: t:1\nevent: start\ndata: {}\n', '\n']
    expect(reader.feed(new TextEncoder().encode(open))).toEqual([])
    expect(reader.feed(new TextEncoder().encode(close))).toHaveLength(1)
  })

  it('takes one space after the colon away, and no more', () => {
    expect(readWhole('id:a\nevent:  b\ndata: c \n\n').events).toEqual([{ id: 'a', event: ' b', data: 'c ' }])
  })

  it('counts the lines after the last event, without blank ones', () => {
    expect(readWhole(`${good}\n: late\n\n: later\n`)).toMatchObject({ linesSinceEvent: 2, comments: 3 })
  })
})

describe('deviations', () => {
  const event = 'id: 1\nevent: a\ndata: {}\n\n'
  it.each([
    ['a byte order mark', `\ufeff${event}`, 'a byte order mark (line 1)'],
    ['a line that a lone CR ends', event.replace('\n', '\r'), 'a line that ends with a lone CR (line 1)'],
    ['an unknown field', `id: 1\nevent: a\nx: y\ndata: {}\n\n`, 'the unknown field "x: y" (line 3)'],
    [
      'a field with a space before it',
      `id: 1\nevent: a\n data: {}\ndata: {}\n\n`,
      'the unknown field " data: {}" (line 3)',
    ],
    ['a comment inside an event', `id: 1\n: hello\nevent: a\ndata: {}\n\n`, 'a comment inside an event (line 2)'],
    ['two ids', `id: 1\nid: 1\nevent: a\ndata: {}\n\n`, '2 `id:` lines in one event (line 5)'],
    ['two data lines', `id: 1\nevent: a\ndata: {\ndata: }\n\n`, '2 `data:` lines in one event (line 5)'],
    ['no data', `${event}id: 2\nevent: a\n\n`, 'an event without data (line 7)'],
    [
      'a last event that nothing closes',
      `id: 1\nevent: a\ndata: {}\n`,
      'the last event is not closed by a blank line (line 4)',
    ],
    ['a body that ends inside a line', `${event}id: 2`, 'the body ends inside the line "id: 2" (line 5)'],
    ['a body that ends inside a character', [0xc3], 'bytes that are not UTF-8 (line 1)'],
    ['bytes that are not UTF-8', [0x3a, 0xff, 0x0a], 'bytes that are not UTF-8 (line 1)'],
  ])('%s', (_, stream, deviation) => {
    const bytes = typeof stream === 'string' ? new TextEncoder().encode(stream) : Uint8Array.from(stream)
    expect(read([bytes]).deviations).toContain(deviation)
  })

  it('are none in a stream whose events carry data alone, where that is the frame', () => {
    const reader = strictReader('data')
    expect(reader.feed(new TextEncoder().encode('data: one\n\ndata: two\n\n'))).toHaveLength(2)
    expect(reader.deviations).toEqual([])
    reader.feed(new TextEncoder().encode('data: a\ndata: b\n\n'))
    expect(reader.deviations).toEqual(['2 `data:` lines in one event (line 7)'])
  })

  it('are none where `id` or `event` is missing: that is for the envelope to say', () => {
    expect(readWhole('data: {}\n\n')).toMatchObject({ deviations: [], events: [{ data: '{}' }] })
  })

  it('are none where only the time to reconnect is said', () => {
    expect(readWhole('retry: 1000\n\n').deviations).toEqual([])
  })
})

describe('beside a conforming reader', () => {
  const token = fc.string({ unit: fc.constantFrom(...'abcXYZ019:._-'), minLength: 1, maxLength: 12 })
  const frame = fc.record({ id: token, event: token, data: fc.json({ stringUnit: 'binary' }) })
  const comment = fc.string({ unit: fc.constantFrom(...'ab :é😀') })
  const wellFramed = fc
    .tuple(fc.array(fc.oneof(frame, comment), { maxLength: 12 }), fc.constantFrom('\n', '\r\n'))
    .map(([parts, lineEnd]) => parts.map(write).join('').replaceAll('\n', lineEnd))
  const cuts = fc.array(fc.nat(2_000), { maxLength: 20 })

  it('sees the same events in every well-framed stream, however its bytes are cut', () => {
    fc.assert(
      fc.property(wellFramed, cuts, (stream, places) => {
        const pieces = cutBytes(new TextEncoder().encode(stream), places)
        const seen = read(pieces)
        expect(seen.deviations).toEqual([])
        expect(seen.events).toEqual(conformingRead(pieces))
      }),
    )
  })

  it('sees the same events in every stream that it finds nothing wrong with', () => {
    const ids = ['id: 1', 'id:', 'event: é', 'event', 'event:a']
    const bodies = ['data', 'data:', 'data: x', 'data:  😀 ', 'data:x: y']
    const line = fc.constantFrom(...bodies.map((body) => `${body}\n\n`), ...ids, ': hello', ':', '', 'retry: 5')
    const ended = fc.tuple(line, fc.constantFrom('\n', '\r\n')).map(([text, end]) => `${text}\n`.replaceAll('\n', end))
    const stream = fc.array(ended, { maxLength: 12 }).map((lines) => lines.join(''))
    let events = 0
    fc.assert(
      fc.property(stream, cuts, (text, places) => {
        const pieces = cutBytes(new TextEncoder().encode(text), places)
        const reader = strictReader('data')
        const seen = pieces.flatMap((piece) => reader.feed(piece))
        reader.end()
        fc.pre(reader.deviations.length === 0)
        expect(seen.map(({ data }) => data)).toEqual(conformingRead(pieces).map(({ data }) => data))
        events += seen.length
      }),
    )
    expect(events).toBeGreaterThan(50)
  })
})

function write(part: string | { id: string; event: string; data: string }): string {
  if (typeof part === 'string') return `:${part}\n\n`
  return `id: ${part.id}\nevent: ${part.event}\ndata: ${part.data}\n\n`
}

function readWhole(stream: string) {
  return read([new TextEncoder().encode(stream)])
}

function read(pieces: readonly Uint8Array[]) {
  const reader = strictReader()
  const events = pieces.flatMap((piece) => reader.feed(piece))
  reader.end()
  const { comments, deviations, linesSinceEvent } = reader
  return { events, deviations, comments, linesSinceEvent }
}

function conformingRead(pieces: readonly Uint8Array[]): SseEvent[] {
  const events: SseEvent[] = []
  const utf8 = new TextDecoder()
  const parser = createParser({ onEvent: ({ data, event, id }) => void events.push({ id, event, data }) })
  for (const piece of pieces) parser.feed(utf8.decode(piece, { stream: true }))
  return events
}

function cutBytes(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return sorted.slice(1).map((end, place) => bytes.subarray(sorted[place], end))
}
