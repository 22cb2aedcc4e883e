// Runs every check of session/1 against one target in this process, as a run does: one shared sidecar, own ones where checks need them.
import { startModelServer } from '../../harness/model/server.ts'
import { type StartOptions, startSidecar } from '../../harness/sidecar.ts'
import type { ProcessTarget } from '../../harness/targets/target.ts'
import { closeAccount } from '../account.ts'
import { limiter } from '../limiter.ts'
import { loadChecks } from '../load-checks.ts'
import { type CheckResult, runCheck } from '../run-check.ts'
import { startOptions } from './in-process.ts'

/** The results of all checks, or of those of some areas, by id, with violations seen in passing brought home. */
export async function runAll(
  target: ProcessTarget,
  change: Partial<StartOptions> = {},
  areas?: readonly string[],
): Promise<Map<string, CheckResult>> {
  await using model = await startModelServer()
  const start = { ...startOptions(model), ...change }
  const run = { contract: start.contract, target, model, patience: start.patience, start }
  const known = await loadChecks('session')
  const checks = areas === undefined ? known : known.filter(({ area }) => areas.includes(area))
  await using shared = await startSidecar(target, start)
  const turnOf = { shared: limiter(4), own: limiter(1), bundle: limiter(1) }
  const results = await Promise.all(
    checks.map((check) =>
      turnOf[check.scope].take(async () => {
        if (check.scope !== 'own') return runCheck(check, shared, run)
        await using own = await startSidecar(target, { ...start, ...check.launch })
        return await runCheck(check, own, run)
      }),
    ),
  )
  const account = closeAccount(checks, checks, results, [])
  if (account.invalid.length > 0) throw new Error(account.invalid.join('; '))
  return new Map(account.results.map((result) => [result.id, result]))
}

/** The ids of the checks that did not pass, sorted. */
export function redOf(results: ReadonlyMap<string, CheckResult>): string[] {
  return [...results.values()]
    .filter(({ status }) => status === 'failed' || status === 'error')
    .map(({ id }) => id)
    .sort()
}
