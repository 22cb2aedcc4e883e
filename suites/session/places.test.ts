// Places are taken in order of arrival, never more than there are, and come back once.
import { expect, it } from 'vitest'
import { takePlaces } from './places.ts'

const sidecarWith = (concurrent: number) =>
  ({ sidecar: {}, capabilities: { runs: { concurrent, queue: 0 } } }) as unknown as Parameters<typeof takePlaces>[0]

it('lets so many work at once and no more', async () => {
  const context = sidecarWith(2)
  const first = await takePlaces(context)
  await takePlaces(context)
  const order: string[] = []
  const third = takePlaces(context).then(() => order.push('third'))
  order.push('full')
  first()
  await third
  expect(order).toEqual(['full', 'third'])
})

it('lets nobody pass who needs more', async () => {
  const context = sidecarWith(2)
  const free = await takePlaces(context)
  const order: string[] = []
  const both = takePlaces(context, 2).then((free) => {
    order.push('both')
    free()
  })
  const one = takePlaces(context, 1).then(() => order.push('one'))
  free()
  await Promise.all([both, one])
  expect(order).toEqual(['both', 'one'])
})

it('gives all there are to who asks for more, and takes each back once', async () => {
  const context = sidecarWith(1)
  const free = await takePlaces(context, 5)
  free()
  free()
  await takePlaces(context)
  let got = false
  void takePlaces(context).then(() => {
    got = true
  })
  await Promise.resolve()
  await Promise.resolve()
  expect(got).toBe(false)
})
