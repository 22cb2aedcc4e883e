import { expect, it } from 'vitest'
import { newRunQueue, type Place } from './run-queue.ts'

const declared = { concurrent: 2, queue: 2 }

/** Five runs that want a place, and the numbers of those that have begun. */
async function five(keeps: (rule: string) => boolean = () => true) {
  const queue = newRunQueue(declared, keeps)
  const begun: number[] = []
  const places = Array.from({ length: 5 }, (_, number) => {
    const place = queue.enter('request')
    void place?.begins.then(() => begun.push(number))
    return place
  })
  await settled()
  return { queue, begun, places }
}

/** Every promise that could go on has gone on. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

it('lets two run, two wait, and has no place for the fifth', async () => {
  const { begun, places } = await five()
  expect(begun).toEqual([0, 1])
  expect(places.map((place) => place?.waits)).toEqual([false, false, true, true, undefined])
})

it('gives a place to whoever came first, once', async () => {
  const { begun, places, queue } = await five()
  places[1]?.leave()
  places[1]?.leave()
  await settled()
  expect(begun).toEqual([0, 1, 2])
  expect(queue.enter('request')?.waits).toBe(true)
})

it('forgets a run that gives up waiting', async () => {
  const { begun, places } = await five()
  places[2]?.leave('cancelled')
  places[0]?.leave()
  await settled()
  expect(begun).toEqual([0, 1, 3])
})

it('always has a place for a run of a turn, in its order', async () => {
  const { begun, places, queue } = await five()
  const place = queue.enter('turn') as Place
  void place.begins.then(() => begun.push(9))
  for (const other of places.slice(0, 4)) other?.leave()
  await settled()
  expect(begun).toEqual([0, 1, 2, 3, 9])
})

it.each([
  ['boundsConcurrency', [0, 1, 2, 3, 4]],
  ['keepsOrder', [0, 1, 3]],
  ['freesPlaces', [0, 1]],
])('shows what happens without the rule %s', async (off, expected) => {
  const { begun, places } = await five((rule) => rule !== off)
  places[0]?.leave('cancelled')
  await settled()
  expect(begun).toEqual(expected)
})
