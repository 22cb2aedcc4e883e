import { expect, test } from 'vitest'
import { formatTests, type TestReport } from './format-tests.ts'

const good: TestReport = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
}

test('counts what passed, failed and was skipped', () => {
  expect(formatTests(good, 0)).toEqual({ line: 'tests: 3 passed, 0 failed, 2 skipped', ok: true })
  const failed = { status: 'failed', assertionResults: [{ status: 'failed' }] }
  expect(formatTests({ ...good, numFailedTests: 1, testResults: [failed] }, 1)).toEqual({
    line: 'tests: 3 passed, 1 failed, 2 skipped',
    ok: false,
  })
})

test.each([
  ['no report', undefined, 0],
  ['a file that could not be run', { ...good, testResults: [{ status: 'failed', assertionResults: [] }] }, 1],
  ['an error outside the tests', good, 1],
])('%s is one failure', (_, report, exitCode) => {
  expect(formatTests(report, exitCode)).toMatchObject({ line: expect.stringContaining(' 1 failed'), ok: false })
})

test('no test at all is a failure', () => {
  expect(formatTests({ ...good, numPassedTests: 0 }, 0)).toMatchObject({ ok: false })
})
