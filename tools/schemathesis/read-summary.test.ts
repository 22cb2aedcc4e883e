import { expect, test } from 'vitest'
import { readSummary } from './read-summary.ts'

const passed = `
Test Phases:
  ✅ Fuzzing

Test cases:
  464 generated, 464 passed, 13 skipped

Seed: 1
`

const failed = `
Test Phases:
  ❌ Examples

Failures:
  ❌ ST105 Undocumented Content-Type: 3
  ❌ ST401 API accepts requests without authentication: 1

Test cases:
  13 generated, 3 found 3 unique failures, 4 skipped
`

test('reads how many cases were judged and what failed', () => {
  expect(readSummary(passed)).toEqual({ cases: 464, failures: [] })
  const failures = ['ST105 Undocumented Content-Type: 3', 'ST401 API accepts requests without authentication: 1']
  expect(readSummary(failed)).toEqual({ cases: 13, failures })
})

test('an output without a summary judged nothing', () => {
  expect(readSummary('Usage: st run [OPTIONS] LOCATION')).toEqual({ cases: 0, failures: [] })
})
