import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numberThatIsNone, unsafeNumber } from './json-numbers.ts'

describe('a decoded value', () => {
  it.each([
    ['9007199254740993', '9007199254740992 at #'],
    ['-9007199254740992', '-9007199254740992 at #'],
    ['{"a":[1,{"b":1e400}]}', 'Infinity at #/a/1/b'],
    ['{"a":1e300,"b":2e300}', '1e+300 at #/a'],
  ])('%s holds %s', (text, found) => {
    expect(unsafeNumber(JSON.parse(text))).toBe(found)
  })

  it.each(['9007199254740991', '-9007199254740991', '{"a":["9007199254740993",0.1,-0,1e-400]}', 'null'])(
    '%s is right',
    (text) => {
      expect(unsafeNumber(JSON.parse(text))).toBeUndefined()
    },
  )

  it('is right exactly where all of its numbers are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const numbers: number[] = []
        JSON.stringify(value, (_, member: unknown) => {
          if (typeof member === 'number') numbers.push(member)
          return member
        })
        const all = numbers.every((number) => Math.abs(number) <= Number.MAX_SAFE_INTEGER)
        expect(unsafeNumber(value) === undefined).toBe(all)
      }),
    )
  })

  it('may be nested deeper than any stack', () => {
    const depth = 200_000
    expect(unsafeNumber(JSON.parse(`${'['.repeat(depth)}1e999${']'.repeat(depth)}`))).toBeUndefined()
  })
})

describe('a text that is not JSON', () => {
  it.each([
    ['{"mean": NaN}', 'NaN'],
    ['[-Infinity]', '-Infinity'],
    ['{"a":"say \\"NaN\\"","b":Infinity}', 'Infinity'],
  ])('%s holds %s', (text, found) => {
    expect(numberThatIsNone(text)).toBe(found)
  })

  it.each(['', '{', '"NaN', '{"a":"\\"NaN"', '{"NaN": }', '{NaNs}', `"${'x'.repeat(2 * 1024 * 1024)}`])(
    'without such a number: %#',
    (text) => {
      expect(numberThatIsNone(text)).toBeUndefined()
    },
  )

  it('holds none as long as it says NaN in strings alone', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(numberThatIsNone(JSON.stringify({ 'Infinity or NaN': value }))).toBeUndefined()
      }),
    )
  })
})
