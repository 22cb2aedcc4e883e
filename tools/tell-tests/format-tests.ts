// One line for a whole test run.

/** The little that is read of the JSON reporter's report (its names follow jest). */
export interface TestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  /** Skipped. */
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/**
 * `tests: 150 passed, 0 failed, 2 skipped`. A file that could not be run counts as one failure, and so does a run without
 * a report or without tests, or one that failed (`exitCode`) outside its tests: red must never look green.
 */
export function formatTests(report: TestReport | undefined, exitCode: number): { line: string; ok: boolean } {
  if (report === undefined) return told(0, 1, 0)
  const { numFailedTests, numPassedTests, numPendingTests, numTodoTests, testResults } = report
  const brokenFiles = testResults.filter(
    ({ assertionResults, status }) =>
      status === 'failed' && !assertionResults.some(({ status }) => status === 'failed'),
  )
  const failed = numFailedTests + brokenFiles.length
  const unexplained = failed === 0 && (exitCode !== 0 || numPassedTests === 0) ? 1 : 0
  return told(numPassedTests, failed + unexplained, numPendingTests + numTodoTests)
}

function told(passed: number, failed: number, skipped: number) {
  return { line: `tests: ${passed} passed, ${failed} failed, ${skipped} skipped`, ok: failed === 0 }
}
