import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutBytes, cutText } from './cut.ts'

test('a cut text keeps every character whole and in its place', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, count) => {
      const parts = cutText(text, count)
      expect(parts.join('')).toBe(text)
      expect(parts.length).toBeLessThanOrEqual(count)
      for (const part of parts) expect(part.isWellFormed() && part !== '').toBe(true)
    }),
  )
})

test('cut bytes join to what they were, whatever the offsets', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.array(fc.integer({ min: -3, max: 20 })), (bytes, cuts) => {
      expect(Buffer.concat(cutBytes(bytes, cuts))).toEqual(Buffer.from(bytes))
    }),
  )
})

test('bytes are cut before the given offsets, everywhere, or not at all', () => {
  const pieces = (cuts?: 'everywhere' | number[]) => cutBytes(Buffer.from('abcd'), cuts).map(String)
  expect(pieces([3, 1, 1, 0, 4, 99, 1.5])).toEqual(['a', 'bc', 'd'])
  expect(pieces('everywhere')).toEqual(['a', 'b', 'c', 'd'])
  expect(pieces()).toEqual(['abcd'])
})
