// Checks and requirements fit together: what checks cover exists, at their level, and what is promised so far is covered.
import { describe, expect, it } from 'vitest'
import type { Requirement } from '../../contracts/core/requirement.ts'
import { findRequirement, requirementRows } from '../../contracts/requirements/all.ts'
import { levelOf } from '../check.ts'
import { uncovered } from '../coverage.ts'
import { type KnownCheck, loadChecks } from '../load-checks.ts'

const checks = await loadChecks('session')

describe.each(checks)('$id', (check) => {
  it('covers rows of session/1 that exist and are not excluded', () => {
    expect(check.covers).not.toEqual([])
    const isGood = (row: Requirement | undefined) =>
      row?.contracts.includes('session/1') === true && row.excluded === undefined
    expect(check.covers.filter((id) => !isGood(findRequirement(id)))).toEqual([])
  })

  it('is not stricter than every row it covers', () => {
    const isMust = levelOf(check) === 'MUST'
    expect(isMust && rowsOf(check).every(({ level }) => level === 'SHOULD')).toBe(false)
  })
})

describe('what is covered so far', () => {
  const stream = Array.from({ length: 17 }, (_, place) => `SSE-${String(place + 1).padStart(2, '0')}`)
  const session = ['SES-01', 'SES-02', 'SES-03', 'SES-05', 'SES-06', 'SES-07', 'SES-08']
  // All of the process but windows that flash, for which no system has a table.
  const process = Array.from({ length: 21 }, (_, place) => `LC-${String(place + 1).padStart(2, '0')}`).filter(
    (id) => id !== 'LC-18',
  )
  const promised = [...stream, 'SSE-19', ...session, ...process, 'ERR-01', 'ERR-02']

  it.each(promised)('%s', (id) => {
    expect(checks.filter(({ covers }) => covers.includes(id))).not.toEqual([])
    expect(uncovered(checks, requirementRows).map((row) => row.id)).not.toContain(id)
  })
})

function rowsOf({ covers }: KnownCheck): Requirement[] {
  return covers.flatMap((id) => findRequirement(id) ?? [])
}
