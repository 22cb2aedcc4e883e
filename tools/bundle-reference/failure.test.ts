import { expect, it } from 'vitest'
import { broken, explainFailure, leftOut, wrongUsage } from './failure.ts'

it('gives every way to fail its own exit code, and one line', () => {
  expect(explainFailure(broken('a'))).toEqual({ exitCode: 1, message: 'a' })
  expect(explainFailure(wrongUsage('b'))).toEqual({ exitCode: 2, message: 'b' })
  expect(explainFailure(leftOut('c'))).toEqual({ exitCode: 3, message: 'left out: c' })
})

it('keeps the stack of a mistake of the builder itself, whatever was thrown', () => {
  expect(explainFailure(new TypeError('oops'))).toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(/oops\n +at /),
  })
  expect(explainFailure('oops')).toEqual({ exitCode: 1, message: 'oops' })
})
