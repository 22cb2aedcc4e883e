// Counts what each active fault did.
import type { Fault } from '../faults/fault.ts'
import type { Hits } from '../faults/fault-plan.ts'

export interface HitCounter {
  readonly hits: Hits
  readonly count: (fault: Fault) => void
}

/** A counter that stands at 0 for each of these faults; `onFirst` is called with the id of one that does something for the first time. */
export function countHits(faults: readonly Fault[], onFirst: (fault: string) => void = () => undefined): HitCounter {
  const hits: Hits = new Map(faults.map(({ id }) => [id, 0]))
  const count = ({ id }: Fault) => {
    const before = hits.get(id) ?? 0
    hits.set(id, before + 1)
    if (before === 0) onFirst(id)
  }
  return { hits, count }
}
