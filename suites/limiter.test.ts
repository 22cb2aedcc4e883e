import { expect, it } from 'vitest'
import { limiter } from './limiter.ts'

it('runs at most so many at once, the rest in order', async () => {
  const { take } = limiter(2)
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
  const began: number[] = []
  const all = gates.map(({ promise }, place) =>
    take(async () => {
      began.push(place)
      await promise
    }),
  )
  await Promise.resolve()
  expect(began).toEqual([0, 1])
  gates[1]?.resolve()
  await all[1]
  expect(began).toEqual([0, 1, 2])
  for (const { resolve } of gates) resolve()
  await Promise.all(all)
  expect(began).toEqual([0, 1, 2, 3])
})

it('goes on after a failure', async () => {
  const { take } = limiter(1)
  await expect(take(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await take(async () => 'yes')).toBe('yes')
})
