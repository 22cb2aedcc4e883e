// Which requirements of the release gate no check looks at yet.
import type { Requirement } from '../contracts/core/requirement.ts'
import { type Check, levelOf } from './check.ts'

/**
 * The `p0` rows that no check covers, in the order given; rows that are excluded need none.
 * Only a MUST check counts: a sidecar may fail any other and still pass the gate.
 */
export function uncovered(
  checks: readonly Pick<Check, 'covers' | 'rule'>[],
  requirements: readonly Requirement[],
): readonly Requirement[] {
  const musts = checks.filter((check) => levelOf(check) === 'MUST')
  const covered = new Set(musts.flatMap(({ covers }) => covers))
  return requirements.filter(({ excluded, id, p0 }) => p0 && excluded === undefined && !covered.has(id))
}
