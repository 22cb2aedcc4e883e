// Closes the books of a run: every selected check ended exactly once, violations seen in passing reach the check that speaks for them.
import type { KnownCheck } from './load-checks.ts'
import { type CheckResult, type ForeignViolation, owns } from './run-check.ts'

export interface Account {
  readonly results: readonly CheckResult[]
  /** Why the run does not count; empty where it does. */
  readonly invalid: readonly string[]
}

/** Joins results and violations. `all` are the checks there are, `selected` those that were to run. */
export function closeAccount(
  all: readonly KnownCheck[],
  selected: readonly KnownCheck[],
  results: readonly CheckResult[],
  accidents: readonly string[],
): Account {
  const byId = new Map(results.map((result) => [result.id, result]))
  const unowned: string[] = []
  for (const violation of results.flatMap(({ foreign }) => foreign)) {
    const owner = all.find((check) => (check.owns ?? []).some((owned) => owns(owned, violation, violation.operation)))
    if (owner === undefined) unowned.push(describe(violation))
    else byId.set(owner.id, failedInPassing(owner, byId.get(owner.id), violation))
  }
  return { results: [...byId.values()], invalid: holes(selected, results, accidents, unowned) }
}

/** A violation turns its check red wherever it was seen; what the check itself found stays. */
function failedInPassing(owner: KnownCheck, before: CheckResult | undefined, violation: ForeignViolation): CheckResult {
  if (before?.status === 'failed' && before.control !== true) return before
  const { at, expected, received, seenBy } = violation
  return {
    id: owner.id,
    status: 'failed',
    reason: owner.rule,
    expected,
    received,
    at: `${at}, seen by ${seenBy}`,
    durationMs: before?.durationMs ?? 0,
    foreign: [],
  }
}

function holes(
  selected: readonly KnownCheck[],
  results: readonly CheckResult[],
  accidents: readonly string[],
  unowned: readonly string[],
): string[] {
  const times = new Map<string, number>()
  for (const { id } of results) times.set(id, (times.get(id) ?? 0) + 1)
  return [
    ...(selected.length === 0 ? ['no check was selected'] : []),
    ...selected.filter(({ id }) => !times.has(id)).map(({ id }) => `${id} was selected and did not run`),
    ...[...times].filter(([, count]) => count > 1).map(([id, count]) => `${id} ended ${count} times`),
    ...notStarted(results),
    ...accidents.map((accident) => `accident: ${accident}`),
    ...new Set(unowned),
  ]
}

/** Where the sidecar never became ready nothing was tested, whatever the reason. */
function notStarted(results: readonly CheckResult[]): string[] {
  const [first] = results
  if (first === undefined || !results.every(({ notStarted }) => notStarted)) return []
  return [`the sidecar did not start: ${first.received}`]
}

function describe({ at, expected, operation, received, rule }: ForeignViolation): string {
  return `${rule} on ${operation ?? 'an unknown route'} belongs to no check: expected ${expected}; received ${received} (${at})`
}
