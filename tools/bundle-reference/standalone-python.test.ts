import { expect, it } from 'vitest'
import { rootCause } from './standalone-python.ts'

it('gives the deepest cause that uv names', () => {
  const output =
    'error: Failed to install x\n  cause: Request failed after 3 retries\n  cause: dns error\n  cause: no such host\n'
  expect(rootCause(output)).toBe('no such host')
  expect(rootCause('error: one thing\n  Caused by: another: thing\n')).toBe('another: thing')
  expect(rootCause('all well')).toBeUndefined()
})
