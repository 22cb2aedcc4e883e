import { expect, test } from 'vitest'
import { isOddJson } from './odd-json.ts'

test.each(['{}', '{"a":"b\\"c:","d":[{"e":1}],"":{}}', '{"a":"\\u00e9","n":-1.5e10}', '{"__proto__":1}', '"}{"'])(
  '%s says the same to every reader',
  (text) => expect(isOddJson(text, JSON.parse(text))).toBe(false),
)

test.each([
  ['a member twice', '{"a":1,"a":1}'],
  ['a member twice, further in', '[{"b":{"a":1,"\\u0061":1}}]'],
  ['half a pair', '{"a":"\\ud800"}'],
  ['a number that no double keeps', '{"a":12345678901234567890}'],
  ['a number beyond all', '{"a":1e999}'],
  ['depth', `${'['.repeat(40)}${']'.repeat(40)}`],
])('%s is read differently', (_what, text) => expect(isOddJson(text, JSON.parse(text))).toBe(true))

test('a byte order mark too', () => expect(isOddJson('\ufeff{}', {})).toBe(true))

test('depth does not overflow the stack', () => {
  const text = `${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`
  expect(isOddJson(text, JSON.parse(text))).toBe(true)
})
