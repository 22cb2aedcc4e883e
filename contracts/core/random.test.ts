import { expect, it } from 'vitest'
import { between, pick, seeded } from './random.ts'

it('gives the same numbers for the same seed, on every machine', () => {
  const random = seeded(42)
  expect([random(), random(), random()]).toEqual([0.6011037519201636, 0.44829055899754167, 0.8524657934904099])
})

it('gives other numbers for another seed', () => {
  const first = new Set(Array.from({ length: 1000 }, (_, seed) => seeded(seed)()))
  expect(first.size).toBe(1000)
})

it('stays within its bounds and reaches both', () => {
  const random = seeded(1)
  const numbers = Array.from({ length: 1000 }, () => between(random, 3, 5))
  expect(new Set(numbers)).toEqual(new Set([3, 4, 5]))
})

it('picks every item, and says where there is none', () => {
  const random = seeded(1)
  expect(new Set(Array.from({ length: 100 }, () => pick(random, ['a', undefined])))).toEqual(new Set(['a', undefined]))
  expect(() => pick(random, [])).toThrow(RangeError)
})
