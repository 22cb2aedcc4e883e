import { expect, it } from 'vitest'
import { interpreterNames, isSupported } from './interpreter.ts'

it.each([
  ['cpython', 3, 11, true],
  ['cpython', 3, 14, true],
  ['cpython', 4, 0, true],
  ['cpython', 3, 10, false],
  ['cpython', 2, 27, false],
  ['pypy', 3, 11, false],
])('%s %i.%i can be embedded: %s', (implementation, major, minor, expected) => {
  expect(isSupported({ implementation, major, minor })).toBe(expected)
})

it('looks for the names each system gives to Python', () => {
  expect(interpreterNames('linux')).toEqual(['python3', 'python'])
  expect(interpreterNames('darwin')[0]).toBe('python3')
  expect(interpreterNames('win32')[0]).toBe('python')
})
