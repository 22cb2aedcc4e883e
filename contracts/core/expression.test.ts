import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  between,
  choice,
  type Expression,
  each,
  type Item,
  interleaved,
  many,
  never,
  nothing,
  one,
  oneOrMore,
  sequence,
  span,
} from './expression.ts'
import type { ExpressionShape } from './expression-shape.ts'

/** Items from a text: each letter is a type, a digit behind it the value of `id`. */
function items(text: string): Item[] {
  return [...text.matchAll(/([a-z])(\d?)/g)].map(([, type = '', id]) => ({ type, ...(id ? { id } : {}) }))
}

function read(expression: Expression, word: readonly Item[]): Expression {
  return word.reduce((rest, item) => rest.after(item), expression)
}

const talk = span('id', oneOrMore('c'), { closes: ['d'] })
const ask = span('id', 's', { closes: ['e', 'f'], holds: many('x') })
const cells = between(each('id', choice(sequence('s', many('x'), 'e'), 'k'), 1), many('b'))
const cell = span('id', 's', { closes: ['e'], holds: many('x'), atOnce: 1 })

describe.each([
  ['one', one('a'), ['a'], ['', 'b', 'aa']],
  ['nothing', nothing, [''], ['a']],
  ['never', never, [], ['', 'a']],
  ['a sequence', sequence('a', 'b', 'c'), ['abc'], ['', 'ab', 'acb', 'abcc']],
  ['an empty sequence', sequence(), [''], ['a']],
  ['a choice', choice('a', sequence('b', 'c')), ['a', 'bc'], ['', 'b', 'abc']],
  ['any number', many('a', 'b'), ['', 'a', 'abba'], ['c', 'ac']],
  ['at least one', oneOrMore('a', 'b'), ['a', 'ab'], ['', 'c']],
  [
    'optional parts before others',
    sequence(many('a'), choice('b', nothing), 'c'),
    ['c', 'aac', 'bc', 'aabc'],
    ['ab', 'abbc', 'ba'],
  ],
  ['the same beginning twice', choice(sequence('a', 'b'), sequence('a', 'c')), ['ab', 'ac'], ['a', 'abc']],
  [
    'parts mixed',
    interleaved(sequence('a', 'b'), sequence('x', 'y')),
    ['abxy', 'axby', 'xayb'],
    ['ab', 'bax', 'axyx', 'ayxb'],
  ],
  ['spans', talk, ['', 'c1d1', 'c1c2c1d2d1', 'c1d1c2d2'], ['c1', 'd1', 'c1d2', 'c1d1c1d1', 'c', 'cd']],
  ['spans that hold something', ask, ['s1e1', 's1x1x1f1', 's1s2x2e2e1'], ['s1x1', 'x1', 's1e1f1', 's1x2e1', 's1s1']],
  ['one span at once', cell, ['s1e1s2x2e2'], ['s1s2e1e2', 's1e1x2', 's1x1']],
  ['spans mixed with others', interleaved(talk, many('k')), ['kc1kd1k', 'k'], ['kc1k', 'kd1']],
  ['spans in order with others', sequence('b', cell, 'i'), ['bi', 'bs1e1i'], ['bs1i', 's1e1', 'bs1e1']],
  [
    'what stands between',
    between(many(sequence('a', 'b')), many('c')),
    ['', 'ab', 'c', 'cabccabc'],
    ['acb', 'cabac', 'a', 'abca'],
  ],
  [
    'what stands between and must come',
    between(many('a', 'b'), sequence('c', 'd')),
    ['cd', 'acbda'],
    ['ab', 'acb', 'dc', 'cdc'],
  ],
  [
    'what stands between things in order',
    between(sequence('a', 'b'), many('c')),
    ['ab', 'abc'],
    ['cab', 'acb', 'c', ''],
  ],
  [
    'the same type on both sides',
    between(many(sequence('a', 'b')), many('a')),
    ['ab', 'aab', 'aaba', 'a'],
    ['b', 'abb'],
  ],
  [
    'something between spans',
    cells,
    ['', 's1e1bs2x2e2b', 'bk1b', 'bs1x1x1e1k2'],
    ['s1be1', 's1x1b', 's1s2e1e2', 's1k2e1', 'k1k1', 's1'],
  ],
  [
    'something between spans, in order',
    sequence('b', cells, 'b'),
    ['bb', 'bbb', 'bs1e1b'],
    ['b', 'bs1e1', 'bs1b', 's1e1b', 'bs1be1b', 'bs1e2b'],
  ],
  ['nothing between', between(many('a'), nothing), ['', 'aa'], ['b']],
  ['something between nothing', between(nothing, many('a')), ['', 'aa'], ['b']],
  ['what can never be filled', between(never, many('a')), [], ['', 'a']],
  ['spans without their whole', each('id', one('a')), ['a1a2', ''], ['a1a1', 'a']],
] satisfies [string, Expression, string[], string[]][])('%s', (_name, expression, accepts, refuses) => {
  it.each(accepts)('takes "%s"', (word) => {
    expect(read(expression, items(word)).done).toBe(true)
  })

  it.each(refuses)('does not take "%s"', (word) => {
    expect(read(expression, items(word)).done).toBe(false)
  })
})

describe('what may come next', () => {
  it('names types, and the key of what is open', () => {
    expect(read(talk, items('c1')).next()).toEqual([
      { type: 'c', span: { key: 'id', value: '1' } },
      { type: 'd', span: { key: 'id', value: '1' } },
      { type: 'c', span: { key: 'id', value: undefined } },
    ])
    expect(read(cell, items('s1')).next()).toEqual([
      { type: 'x', span: { key: 'id', value: '1' } },
      { type: 'e', span: { key: 'id', value: '1' } },
    ])
    expect(read(cells, items('s1')).next()).toEqual([
      { type: 'x', span: { key: 'id', value: '1' } },
      { type: 'e', span: { key: 'id', value: '1' } },
    ])
    expect(read(cells, items('k1')).next().at(-1)).toEqual({ type: 'b' })
    expect(sequence(many('a'), 'b').next()).toEqual([{ type: 'a' }, { type: 'b' }])
  })
})

describe('what must still come', () => {
  it.each([
    [sequence('a', 'b'), 'a', ['`b` must come']],
    [sequence('a', 'b'), '', ['`a` must come', '`b` must come']],
    [choice(sequence('a', 'b'), 'c'), '', ['`a` or `c` must come']],
    [choice('a', nothing), '', []],
    [ask, 's1s2e2', ['id 1 is open: `x` or `e` or `f` must come']],
    [
      interleaved(talk, ask),
      'c1s2',
      ['id 1 is open: `c` or `d` must come', 'id 2 is open: `x` or `e` or `f` must come'],
    ],
    [talk, 'c1d1', []],
    [between(sequence('a', 'b'), 'c'), 'a', ['`b` must come', '`c` must come']],
    [cells, 'bs1', ['id 1 is open: `x` or `e` must come']],
    [cells, 'bs1e1b', []],
  ] satisfies [Expression, string, string[]][])('%#', (expression, word, expected) => {
    expect(read(expression, items(word)).open()).toEqual(expected)
  })
})

describe('a steady state', () => {
  it('is the same expression, so that a long stream allocates nothing', () => {
    const once = read(many('a', 'b'), items('a'))
    expect(once.after({ type: 'b' })).toBe(once)
    const open = read(talk, items('c1c1'))
    expect(open.after({ type: 'c', id: '1' })).toBe(open)
    const mixed = read(interleaved(talk, ask), items('c1c1'))
    expect(mixed.after({ type: 'c', id: '1' })).toBe(mixed)
    const between = read(cells, items('bs1x1'))
    expect(between.after({ type: 'x', id: '1' })).toBe(between)
    const idle = read(cells, items('bs1e1b'))
    expect(idle.after({ type: 'b' })).toBe(idle)
  })
})

const letters = fc.constantFrom('a', 'b', 'c')
const { plain } = fc.letrec<{ plain: Expression; parts: Expression[] }>((tie) => ({
  parts: fc.array(tie('plain') as fc.Arbitrary<Expression>, { maxLength: 3 }),
  plain: fc.oneof(
    { depthSize: 'small' },
    letters.map(one),
    fc.constantFrom(nothing, never),
    (tie('parts') as fc.Arbitrary<Expression[]>).map((parts) => sequence(...parts)),
    (tie('parts') as fc.Arbitrary<Expression[]>).map((parts) => choice(...parts)),
    (tie('parts') as fc.Arbitrary<Expression[]>).map((parts) => interleaved(...parts)),
    fc
      .tuple(tie('plain') as fc.Arbitrary<Expression>, tie('plain') as fc.Arbitrary<Expression>)
      .map(([items, filler]) => between(items, filler)),
    (tie('plain') as fc.Arbitrary<Expression>).map((part) => many(part)),
    (tie('plain') as fc.Arbitrary<Expression>).map((part) => oneOrMore(part)),
  ),
}))
const words = fc.array(
  letters.map((type): Item => ({ type })),
  { maxLength: 6 },
)

describe('any expression', () => {
  it('takes exactly the words that its shape means', () => {
    fc.assert(
      fc.property(plain, words, (expression, word) => {
        expect(read(expression, word).done).toBe(means(expression.shape(), word))
      }),
      { numRuns: 2000 },
    )
  })

  it('says exactly what may come next, and that something must come where it may not stop', () => {
    fc.assert(
      fc.property(plain, words, (expression, word) => {
        const rest = read(expression, word)
        for (const type of ['a', 'b', 'c'])
          expect(rest.after({ type }) !== never).toBe(rest.next().some((next) => next.type === type))
        if (rest !== never) expect(rest.open().length === 0).toBe(rest.done)
      }),
      { numRuns: 1000 },
    )
  })

  it('takes keyed words where each key by itself is taken', () => {
    const keyed = fc.array(fc.record({ type: letters, id: fc.constantFrom('1', '2') }), { maxLength: 8 })
    fc.assert(
      fc.property(plain, keyed, (whole, word) => {
        const rest = read(each('id', whole), word)
        const groups = [...Map.groupBy(word, ({ id }) => id).values()]
        expect(rest.done).toBe(groups.every((group) => means(whole.shape(), group)))
      }),
      { numRuns: 1000 },
    )
  })
})

/** Whether `word` belongs to what `shape` means, by trying every way to divide it. */
function means(shape: ExpressionShape, word: readonly Item[]): boolean {
  if (typeof shape === 'string') return word.length === 1 && word[0]?.type === shape
  if ('choice' in shape) return shape.choice.some((part) => means(part, word))
  if ('oneOrMore' in shape) return means({ sequence: [shape.oneOrMore, { many: shape.oneOrMore }] }, word)
  if ('many' in shape)
    return (
      word.length === 0 ||
      cuts(word).some(([head, tail]) => head.length > 0 && means(shape.many, head) && means(shape, tail))
    )
  if ('sequence' in shape) {
    const [first, ...rest] = shape.sequence
    if (first === undefined) return word.length === 0
    return cuts(word).some(([head, tail]) => means(first, head) && means({ sequence: rest }, tail))
  }
  if ('interleaved' in shape) {
    const [first, ...rest] = shape.interleaved
    if (first === undefined) return word.length === 0
    return splits(word).some(([left, right]) => means(first, left) && means({ interleaved: rest }, right))
  }
  if ('between' in shape)
    return splits(word).some(
      ([items, filler]) =>
        means(shape.between, items) &&
        means(shape.filler, filler) &&
        filler.every((item) => means(shape.between, items.slice(0, before(word, item, items)))),
    )
  throw new TypeError('no spans here')
}

/** How many of `items` stand before `item` in `word`. */
function before(word: readonly Item[], item: Item, items: readonly Item[]): number {
  const at = word.indexOf(item)
  return items.filter((other) => word.indexOf(other) < at).length
}

function cuts<T>(word: readonly T[]): [T[], T[]][] {
  return Array.from({ length: word.length + 1 }, (_, at) => [word.slice(0, at), word.slice(at)])
}

function splits<T>(word: readonly T[]): [T[], T[]][] {
  return Array.from({ length: 2 ** word.length }, (_, bits) => [
    word.filter((_item, at) => (bits >> at) & 1),
    word.filter((_item, at) => !((bits >> at) & 1)),
  ])
}
