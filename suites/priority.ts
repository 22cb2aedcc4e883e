// Whether a check belongs to the release gate.
import type { Requirement } from '../contracts/core/requirement.ts'
import { type Check, levelOf } from './check.ts'

export type Priority = 'P0' | 'P1'

/** `P0` where the check is a MUST and covers at least one row of the release gate (`p0`), otherwise `P1`. */
export function priorityOf(
  check: Pick<Check, 'covers' | 'rule'>,
  requirements: readonly Pick<Requirement, 'id' | 'p0'>[],
): Priority {
  const coversGate = requirements.some(({ id, p0 }) => p0 && check.covers.includes(id))
  return levelOf(check) === 'MUST' && coversGate ? 'P0' : 'P1'
}
