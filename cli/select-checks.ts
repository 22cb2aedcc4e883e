// Which checks run: those of the profile, of these those that --only names, without those that --skip names.
import { requirementRows } from '../contracts/requirements/all.ts'
import type { KnownCheck } from '../suites/load-checks.ts'
import { priorityOf } from '../suites/priority.ts'
import { nearest, UsageError } from './usage-error.ts'

export interface Selection {
  readonly profile: 'p0' | 'full'
  readonly only: readonly string[]
  readonly skip: readonly string[]
}

/** The selected checks. Throws a UsageError for a glob that fits no check at all. */
export function selectChecks(all: readonly KnownCheck[], { only, profile, skip }: Selection): KnownCheck[] {
  const ids = all.map(({ id }) => id)
  for (const glob of [...only, ...skip]) {
    if (ids.some(matching(glob))) continue
    const near = nearest(glob.replaceAll('*', ''), ids)
    throw new UsageError(`no check is called ${glob}${near === undefined ? '' : `; did you mean ${near}?`}`)
  }
  return all.filter((check) => {
    const named = only.some((glob) => matching(glob)(check.id))
    const inProfile = only.length > 0 ? named : profile === 'full' || priorityOf(check, requirementRows) === 'P0'
    return inProfile && !skip.some((glob) => matching(glob)(check.id))
  })
}

/** Whether an id fits a glob: `*` stands for any letters. */
function matching(glob: string): (id: string) => boolean {
  const parts = glob.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  const pattern = new RegExp(`^${parts.join('.*')}$`)
  return (id) => pattern.test(id)
}
