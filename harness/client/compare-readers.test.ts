import { expect, it } from 'vitest'
import { compareReaders } from './compare-readers.ts'

const a = { event: 'a', data: '1' }
const b = { event: 'b', data: '2' }

it('says nothing where both see the same, whoever is ahead', () => {
  expect(compare([a, b], [a, b])).toEqual([])
  const said: string[] = []
  const readers = compareReaders((expected) => said.push(expected))
  readers.strict(a)
  readers.compare()
  readers.conforming(a)
  readers.conforming(b)
  readers.compare()
  readers.strict(b)
  readers.end()
  expect(said).toEqual([])
})

it('takes no name and an empty name for the same', () => {
  expect(compare([{ event: undefined, data: '1' }], [{ event: '', data: '1' }])).toEqual([])
})

it.each([
  [
    'other data',
    [a],
    [{ ...a, data: '2' }],
    ['event 1 as the strict reader sees it: `a` "1"', 'as a conforming reader sees it: `a` "2"'],
  ],
  [
    'another name',
    [a],
    [{ ...a, event: 'x' }],
    ['event 1 as the strict reader sees it: `a` "1"', 'as a conforming reader sees it: `x` "1"'],
  ],
  [
    'one that only the strict reader sees',
    [a, b],
    [a],
    ['event 2 as the strict reader sees it: `b` "2"', 'as a conforming reader sees it: none'],
  ],
  [
    'one that only the conforming reader sees',
    [],
    [a],
    ['event 1 as the strict reader sees it: none', 'as a conforming reader sees it: `a` "1"'],
  ],
])('names the first event that differs: %s', (_, strict, conforming, said) => {
  expect(compare(strict, conforming)).toEqual([said])
})

it('says it once, however much differs', () => {
  expect(compare([a, a, a], [b, b, b])).toHaveLength(1)
})

function compare(
  strict: readonly (typeof a)[] | readonly { event: undefined; data: string }[],
  conforming: readonly (typeof a)[],
) {
  const said: [string, string][] = []
  const readers = compareReaders((expected, received) => void said.push([expected, received]))
  for (const event of strict) readers.strict(event)
  for (const event of conforming) readers.conforming(event)
  readers.end()
  return said
}
