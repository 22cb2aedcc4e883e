// The whole suite again and again, all checks at once as in a real run: equal results each time.
import { expect, it } from 'vitest'
import { mockTarget } from '../../harness/targets/mock.ts'
import { closeAccount } from '../account.ts'
import { limiter } from '../limiter.ts'
import { loadChecks } from '../load-checks.ts'
import { type CheckResult, runCheck } from '../run-check.ts'
import { inProcessBench } from './in-process.ts'
import { runAll } from './run-all.ts'

const checks = await loadChecks('session')
const shared = checks.filter(({ scope }) => scope === 'shared')
const times = 3

it('gives equal results against one mock that lives through all of them', async () => {
  await using bench = await inProcessBench()
  for (let time = 1; time <= times; time += 1) {
    const { take } = limiter(6)
    const results = await Promise.all(shared.map((check) => take(() => runCheck(check, bench.sidecar, bench.run))))
    const account = closeAccount(checks, shared, results, [])
    expect(account.invalid, `time ${time}`).toEqual([])
    expect(statuses(account.results), `time ${time}`).toEqual(allPassed(shared))
  }
}, 600_000)

it('gives equal results against mocks in processes of their own', async () => {
  for (let time = 1; time < times; time += 1) {
    const results = await runAll(mockTarget())
    expect(statuses([...results.values()]), `time ${time}`).toEqual(allPassed(checks))
  }
}, 900_000)

/** What failed says more than that it failed. */
function statuses(results: readonly CheckResult[]): Record<string, string> {
  return Object.fromEntries(
    results.map(({ expected, id, reason, received, status }) => [
      id,
      status === 'passed' ? status : `${status}: ${expected ?? reason}; ${received}`,
    ]),
  )
}

function allPassed(checks: readonly { readonly id: string }[]): Record<string, string> {
  return Object.fromEntries(checks.map(({ id }) => [id, 'passed']))
}
