// How the file of an area declares its rows: whether a row is part of the release gate is derived, not written on each row.
import { type Requirement, requirements } from '../core/requirement.ts'

/** The contracts that processes keep. */
export const everyContract = ['session/1', 'agent/1', 'backend/1', 'tasks/1', 'stdio/1'] as const

/** A requirement as the file of its area writes it. */
export interface Row extends Omit<Requirement, 'contracts' | 'p0'> {
  readonly contracts: readonly (typeof everyContract)[number][]
}

/**
 * Declares the rows of an area. A row is part of the release gate (`p0`) where `gate` takes it in and it is a MUST of session/1.
 * `gate`: `all` of the area, or the ids of some of its rows. Throws a TypeError where an id stands twice.
 */
export function area(gate: 'all' | readonly string[], rows: readonly Row[]): readonly Requirement[] {
  const takesIn = ({ id }: Row) => gate === 'all' || gate.includes(id)
  const isMustOfSession = ({ contracts, level }: Row) => level === 'MUST' && contracts.includes('session/1')
  return requirements(rows.map((row) => ({ ...row, p0: takesIn(row) && isMustOfSession(row) })))
}
