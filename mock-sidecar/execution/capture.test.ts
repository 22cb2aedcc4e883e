import fc from 'fast-check'
import { expect, it } from 'vitest'
import { capture } from './capture.ts'
import { lengthOf, type Rope, sliceOf } from './rope.ts'

const all = () => true
const whole = (rope: Rope) => sliceOf(rope, 0, lengthOf(rope))

const rope = fc.array(
  fc.record({
    bytes: fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }).map((text) => Buffer.from(text.toWellFormed())),
    times: fc.integer({ min: 1, max: 20 }),
  }),
  { maxLength: 4 },
)

it('keeps the beginning and the end of any text, counts every byte, and cuts no character', () => {
  fc.assert(
    fc.property(rope, fc.integer({ min: 1, max: 200 }), (rope, maxBytes) => {
      const text = whole(rope).toString()
      const { bytesTotal, droppedBytes, head, invalidUtf8, tail } = capture(rope, maxBytes, all)
      expect(bytesTotal).toBe(Buffer.byteLength(text))
      expect(Buffer.byteLength(head) + droppedBytes + Buffer.byteLength(tail)).toBe(bytesTotal)
      expect(Buffer.byteLength(head) + Buffer.byteLength(tail)).toBeLessThanOrEqual(Math.max(maxBytes, 0))
      expect(text.startsWith(head) && text.endsWith(tail)).toBe(true)
      expect(invalidUtf8).toBe(false)
      if (bytesTotal <= maxBytes) expect([head, tail, droppedBytes]).toEqual([text, '', 0])
    }),
  )
})

it('slices a rope as it would slice the whole', () => {
  fc.assert(
    fc.property(rope, fc.nat(300), fc.nat(300), (rope, from, to) => {
      expect(sliceOf(rope, from, to)).toEqual(whole(rope).subarray(from, Math.max(from, to)))
    }),
  )
})

it('replaces bytes that are no UTF-8 and says so, where they are kept', () => {
  const bytes = Buffer.concat([Buffer.from('before '), Buffer.from([0xff, 0xfe]), Buffer.from(' after')])
  expect(capture([{ bytes, times: 1 }], 100, all)).toMatchObject({ head: 'before �� after', invalidUtf8: true })
  expect(capture([{ bytes, times: 1 }], 6, all)).toMatchObject({ head: 'bef', tail: 'ter', invalidUtf8: false })
})

it('keeps 100 MiB without writing them down', () => {
  const rope = [{ bytes: Buffer.from('é'), times: 50 * 1024 * 1024 }]
  expect(capture(rope, 5, all)).toMatchObject({ head: 'é', tail: 'é', bytesTotal: 100 * 1024 * 1024 })
})
