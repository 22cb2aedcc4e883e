import { describe, expect, it } from 'vitest'
import { between, choice, each, interleaved, many, never, nothing, oneOrMore, sequence, span } from './expression.ts'
import { printShape, typesIn } from './expression-shape.ts'

describe.each([
  [sequence('a', sequence('b', 'c')), { sequence: ['a', 'b', 'c'] }, 'a b c'],
  [choice('a', choice('b', 'c')), { choice: ['a', 'b', 'c'] }, '( a / b / c )'],
  [interleaved('a', interleaved('b', 'c')), { interleaved: ['a', 'b', 'c'] }, '( a ⧢ b ⧢ c )'],
  [many('a'), { many: 'a' }, '*a'],
  [many('a', sequence('b', 'c')), { many: { choice: ['a', { sequence: ['b', 'c'] }] } }, '*( a / b c )'],
  [oneOrMore(sequence('a', 'b')), { oneOrMore: { sequence: ['a', 'b'] } }, '1*( a b )'],
  [
    each('id', sequence('a', 'b'), 1),
    { each: 'id', whole: { sequence: ['a', 'b'] }, atOnce: 1 },
    '*( a b )[id, 1 at once]',
  ],
  [
    span('id', 'a', { closes: ['b', 'c'] }),
    { each: 'id', whole: { sequence: ['a', { choice: ['b', 'c'] }] } },
    '*( a ( b / c ) )[id]',
  ],
  [
    sequence('a', interleaved('b', many('c'))),
    { sequence: ['a', { interleaved: ['b', { many: 'c' }] }] },
    'a ( b ⧢ *c )',
  ],
  [between('a', many('b')), { between: 'a', filler: { many: 'b' } }, '( a ‖ *b )'],
  [
    between(between('a', 'b'), sequence('c', many('a'))),
    { between: { between: 'a', filler: 'b' }, filler: { sequence: ['c', { many: 'a' }] } },
    '( ( a ‖ b ) ‖ c *a )',
  ],
  [
    many(between(each('id', sequence('a', 'b')), many('c'))),
    { many: { between: { each: 'id', whole: { sequence: ['a', 'b'] } }, filler: { many: 'c' } } },
    '*( *( a b )[id] ‖ *c )',
  ],
  [sequence('a', between('b', 'c')), { sequence: ['a', { between: 'b', filler: 'c' }] }, 'a ( b ‖ c )'],
  [nothing, { sequence: [] }, 'ε'],
  [never, { choice: [] }, '∅'],
])('%#', (expression, shape, printed) => {
  it('is data that can be printed', () => {
    expect(expression.shape()).toEqual(shape)
    expect(printShape(expression.shape())).toBe(printed)
  })

  it('names its types', () => {
    expect(typesIn(expression.shape())).toEqual(printed.replace(/\[.*?\]/g, '').match(/[abc]/g) ?? [])
  })
})
