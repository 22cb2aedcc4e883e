import { expect, test } from 'vitest'
import { sequence } from './sequence.ts'

test('the n-th item is there at once, or as soon as it comes', async () => {
  const letters = sequence<{ is: string }>('letters')
  const second = letters.nth(2)
  letters.push({ is: 'a' })
  letters.push({ is: 'b' })
  expect(await second).toEqual({ is: 'b' })
  expect(await letters.nth(1)).toEqual({ is: 'a' })
})

test('a wait that is given up says what was missing, and why', async () => {
  const stop = new AbortController()
  const letters = sequence('letters')
  const waiting = letters.nth(2, { signal: stop.signal })
  letters.push({})
  stop.abort('enough')
  await expect(waiting).rejects.toMatchObject({
    message: 'Expected 2 letters, received 1 before the wait was given up.',
    cause: 'enough',
  })
  await expect(letters.nth(2, { signal: stop.signal })).rejects.toThrow('given up')
})

test('closing fails every wait for more, and keeps what is there', async () => {
  const letters = sequence('letters')
  letters.push({})
  const waiting = letters.nth(2)
  letters.close('the post office shut')
  await expect(waiting).rejects.toThrow('Expected 2 letters, received 1 before the post office shut.')
  await expect(letters.nth(3)).rejects.toThrow('shut')
  expect(await letters.nth(1)).toEqual({})
})

test('there is no item before the first', async () => {
  await expect(sequence('letters').nth(0)).rejects.toThrow(RangeError)
})
