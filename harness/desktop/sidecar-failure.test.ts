import { expect, test } from 'vitest'
import { exitCodes, neverRestart } from '../../contracts/core/launch.ts'
import { LaunchError } from '../process/launch-error.ts'
import { exitFailure, launchFailure, sayFailure } from './sidecar-failure.ts'

const exit = (code: number | null, signal: NodeJS.Signals | null = null) =>
  exitFailure({ code, signal, atMs: 0 }, 'err')

test('only the exit codes of the contract are final', () => {
  const final = Object.keys(exitCodes).filter((code) => exit(Number(code)).final)
  expect(final.map(Number)).toEqual(neverRestart)
})

test('a signal is not code 0, and 0 unasked is no success', () => {
  expect(exit(null, 'SIGSEGV')).toMatchObject({ code: 'INTERNAL', detail: expect.stringContaining('signal SIGSEGV') })
  expect(exit(0).detail).toContain('ended unasked with exit code 0')
})

test('says what helps', () => {
  expect(sayFailure(exit(77))).toMatch(
    /^INTEGRITY_FAILED: .*exit code 77 \(integrity failure\).*install the bundle again/,
  )
  expect(sayFailure(exit(78))).toMatch(/^INCOMPATIBLE: .*Update the app or the bundle/)
})

test('macOS names no code for a program of another architecture', () => {
  const cause = Object.assign(new Error('spawn Unknown system error -86'), { errno: -86 })
  const error = new LaunchError({ file: 'sidecar', args: [] }, 'Unknown system error -86', cause)
  expect(launchFailure(error)).toMatchObject({ code: 'WRONG_ARCH', final: true })
})
