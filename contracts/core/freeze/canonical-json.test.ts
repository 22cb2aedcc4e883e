import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalJson, sameJson } from './canonical-json.ts'

it('sorts members at every depth, keeps lists, ends with one line end', () => {
  expect(canonicalJson({ b: [{ z: 1, a: 2 }, 'x'], a: undefined, B: null })).toBe(
    '{\n  "B": null,\n  "b": [\n    {\n      "a": 2,\n      "z": 1\n    },\n    "x"\n  ]\n}\n',
  )
})

it('gives the same text whatever the order of members, and the same value back', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse())
      expect(canonicalJson(reversed)).toBe(canonicalJson(value))
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

it('tells different values apart', () => {
  expect(sameJson({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true)
  expect(sameJson([1, 2], [2, 1])).toBe(false)
  expect(sameJson({ a: null }, {})).toBe(false)
  expect(sameJson(undefined, undefined)).toBe(true)
})
