// Counts of a run, and the exit code that follows from them.
import type { RunResult } from '../../contracts/report/result.ts'

/** 0 gate passed · 1 the sidecar broke a rule · 3 the run does not count. */
export function exitCodeOf({ checks, invalid, summary }: RunResult): 0 | 1 | 3 {
  const untestedMust = checks.some(({ level, status }) => level === 'MUST' && status === 'error')
  if (invalid.length > 0 || untestedMust || summary.passed + summary.failed === 0) return 3
  return checks.some(({ level, status }) => level === 'MUST' && status === 'failed') ? 1 : 0
}

/** How many checks ended in which way. */
export function countStatuses(checks: RunResult['checks']): RunResult['summary'] {
  const count = (status: string) => checks.filter((check) => check.status === status).length
  return {
    passed: count('passed'),
    failed: count('failed'),
    errors: count('error'),
    skipped: count('skipped'),
    total: checks.length,
  }
}
