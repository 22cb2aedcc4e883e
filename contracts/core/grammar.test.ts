import { expect, it } from 'vitest'
import { z } from 'zod'
import { interleaved, many, span } from './expression.ts'
import { documentGrammar, type Grammar, grammar } from './grammar.ts'
import { agrees } from './law.ts'

const envelope = { members: { seq: z.int() }, sequence: 'seq', constant: [] }
const events = { start: {}, note: { id: z.string() }, sign: { id: z.string() }, end: {}, error: {} }
const body = interleaved(span('id', 'note', { closes: ['sign'] }), many('note'))
const small = { name: 'small', envelope, events, body, ends: { end: 'closed', error: 'anywhere' } } as const

it('makes a schema for each event: open, with its envelope and its type', () => {
  const { schemas } = grammar(small)
  expect(Object.keys(schemas)).toEqual(Object.keys(events))
  expect(schemas['note']?.safeParse({ type: 'note', seq: 1, id: 'a', more: 1 }).success).toBe(true)
  for (const broken of [
    { type: 'sign', seq: 1, id: 'a' },
    { type: 'note', id: 'a' },
    { type: 'note', seq: 1 },
  ])
    expect(schemas['note']?.safeParse(broken).success).toBe(false)
})

it.each([
  ['the opening', { opens: 'begin' }, 'begin'],
  ['an end', { ends: { finish: 'closed' } }, 'finish'],
  ['the body', { body: many('aside') }, 'aside'],
] satisfies [string, Partial<Grammar>, string][])('refuses a type that it does not know: %s', (_name, change, type) => {
  expect(() => grammar({ ...small, ...change })).toThrow(`grammar small: ${type} is not among its events`)
})

it('is written down in the notation of the contract page', () => {
  const laws = [agrees('id', 'seq')]
  expect(documentGrammar(grammar({ ...small, opens: 'start', laws })).split('\n')).toEqual([
    'small = start body (end / error) EOF',
    'body = ( *( note sign )[id] ⧢ *note )',
    'end: only when everything that was opened is closed',
    'error: at any time; closes all',
    'law id-keeps-seq: events with the same `id` carry the same `seq`',
  ])
  expect(documentGrammar(grammar(small))).toMatch(/^small = body \(end \/ error\) EOF/)
})
