import { describe, expect, it } from 'vitest'
import type { CheckRow, RunResult } from '../../contracts/report/result.ts'
import { row, runResult } from './fixtures/run-result.ts'
import { countStatuses, exitCodeOf } from './summary.ts'

type Ended = readonly [level: CheckRow['level'], status: CheckRow['status']]

describe('exitCodeOf', () => {
  it.each<[code: number, when: string, ended: readonly Ended[], invalid?: string[]]>([
    [0, 'every MUST is kept', [['MUST', 'passed']]],
    [
      0,
      'a SHOULD is not',
      [
        ['MUST', 'passed'],
        ['SHOULD', 'failed'],
      ],
    ],
    [
      0,
      'a SHOULD could not be tested',
      [
        ['MUST', 'passed'],
        ['SHOULD', 'error'],
      ],
    ],
    [
      0,
      'a MUST was skipped with a reason',
      [
        ['MUST', 'passed'],
        ['MUST', 'skipped'],
      ],
    ],
    [
      1,
      'a MUST is broken',
      [
        ['MUST', 'passed'],
        ['MUST', 'failed'],
      ],
    ],
    [1, 'every MUST is broken', [['MUST', 'failed']]],
    [
      3,
      'a MUST could not be tested',
      [
        ['MUST', 'passed'],
        ['MUST', 'error'],
      ],
    ],
    [
      3,
      'a MUST could not be tested and another is broken',
      [
        ['MUST', 'failed'],
        ['MUST', 'error'],
      ],
    ],
    [3, 'nothing ran', []],
    [3, 'everything was skipped', [['MUST', 'skipped']]],
    [3, 'the books do not close', [['MUST', 'passed']], ['a hole']],
    [3, 'the books do not close and a MUST is broken', [['MUST', 'failed']], ['a hole']],
  ])('%i when %s', (code, _, ended, invalid = []) => {
    expect(exitCodeOf(resultOf(ended, invalid))).toBe(code)
  })
})

it('countStatuses counts each status and all', () => {
  const { checks } = resultOf([
    ['MUST', 'passed'],
    ['MUST', 'passed'],
    ['SHOULD', 'failed'],
    ['MUST', 'error'],
    ['MAY', 'skipped'],
  ])
  expect(countStatuses(checks)).toEqual({ passed: 2, failed: 1, errors: 1, skipped: 1, total: 5 })
})

function resultOf(ended: readonly Ended[], invalid: string[] = []): RunResult {
  const checks = ended.map(([level, status], place) => row(`check-${place}`, { rule: `${level} hold`, level, status }))
  return runResult(checks, { invalid })
}
