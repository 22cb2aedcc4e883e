// A reader of the older stream does not see the events that it does not know: x and y here.
import { describe, expect, it } from 'vitest'
import {
  between,
  choice,
  type Expression,
  each,
  interleaved,
  many,
  nothing,
  one,
  oneOrMore,
  sequence,
} from '../../expression.ts'
import type { StreamEntry } from '../contract-file.ts'
import { compareShapes } from './compare-shapes.ts'

const entry = (body: Expression, events: readonly string[]): StreamEntry => ({
  notation: [],
  events: Object.fromEntries(events.map((type) => [type, type])),
  event: 's',
  body: body.shape(),
  ends: {},
  laws: {},
  constant: [],
})

const differences = (was: Expression, is: Expression) =>
  compareShapes('s', entry(was, ['a', 'b']), entry(is, ['a', 'b', 'x', 'y']))

describe.each([
  ['before and behind', sequence('a', 'b'), sequence('x', 'a', 'y', 'b', many('x'))],
  ['alone', nothing, sequence('x', many('y'))],
  ['mixed', many('a'), interleaved(many('a'), many('x', 'y'))],
  ['as one more choice of many', many('a'), many('a', 'x')],
  ['as some more choices of many', many('a', 'b'), many('a', 'x', 'b', 'y')],
  ['as a choice of what may be left out', choice('a', nothing), choice('a', 'x', 'y')],
  ['as a choice of at least one, where any number was right', many('a'), oneOrMore('a', 'x')],
  ['in a span', each('id', sequence('a', 'b')), each('id', sequence('a', many('x'), 'b'))],
  ['between those that are known', many('a'), between(many('a'), many('x', 'y'))],
  ['with those that are known in between', many('a'), between(each('id', sequence('x', 'y')), many('a'))],
  ['on either side of what stands between', between(many('a'), many('b')), between(many('a', 'x'), many('b', 'y'))],
  ['between each other, beside those that are known', many('a'), sequence(many('a'), between('x', 'y'))],
  ['as a span of their own', many('a'), interleaved(many('a'), each('id', oneOrMore('x', 'y')))],
])('new events %s', (_name, was, is) => {
  it('are passed over', () => {
    expect(differences(was, is)).toEqual([])
  })
})

describe.each([
  ['another order', sequence('a', 'b'), sequence('b', 'a')],
  ['in place of one that is known', sequence('a', 'b'), sequence('x', 'b')],
  ['as a choice in place of one that is known', sequence('a', 'b'), sequence(choice('a', 'x'), 'b')],
  ['as a choice of at least one', oneOrMore('a'), oneOrMore('a', 'x')],
  ['with more of one that is known', sequence('a', 'b'), sequence('a', 'x', 'a', 'b')],
  ['with another key', each('id', one('a')), each('key', one('a'))],
  ['with more at once', each('id', one('a'), 1), each('id', one('a'), 2)],
  ['between for mixed', interleaved(many('a'), many('b')), between(many('a'), many('b'))],
  ['what is filled for what fills', between(many('a'), many('b')), between(many('b'), many('a'))],
  ['another filler', between(many('a'), many('b')), between(many('a'), 'b')],
  ['any number for at least one', oneOrMore('a'), many('a')],
])('%s', (_name, was, is) => {
  it('is another order', () => {
    expect(differences(was, is)).toMatchObject([{ effect: 'differs', path: 's body' }])
    expect(differences(was, was)).toEqual([])
  })
})

it('says both bodies in the notation of the contract page', () => {
  expect(differences(sequence('a', 'b'), many('a', 'x'))[0]?.says).toBe('was a b, is *( a / x )')
})
