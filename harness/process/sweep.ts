// After a stop nothing of the tree may live: waits for the rest to leave, ends who does not, and tells who that was.
import type { Clock } from './clock.ts'
import { snapshotTree } from './process-tree.ts'
import type { ProcessEntry, ProcessIdentity, ProcessSystem } from './system/process-system.ts'

/** No system tells of the death of a process that is not one's child, so that is looked at this often. */
const LOOK_EVERY_MS = 25
/** SIGKILL takes effect at once unless the process hangs inside the kernel. */
const KILL_WITHIN_MS = 5_000

export interface Swept {
  /** Who still lived after the grace and was then ended by us. Empty: the tree left by itself. */
  leftovers: ProcessEntry[]
  /** Who could not be ended, be it for missing rights or a hang in the kernel. */
  survivors: ProcessEntry[]
}

/** @param graceMs how long the tree may take to leave by itself */
export async function sweepTree(
  system: ProcessSystem,
  known: readonly ProcessIdentity[],
  { graceMs, clock }: { graceMs: number; clock: Clock },
): Promise<Swept> {
  const seen = [...known]
  const leftovers = await watchUntilGone(system, seen, graceMs, clock)
  const survivors = leftovers.length > 0 ? await killTrees(system, seen, clock) : []
  return { leftovers, survivors }
}

/** Ends everything that belongs to `known`, again and again while new members turn up. Gives who is left after 5 s. */
export function killTrees(
  system: ProcessSystem,
  known: readonly ProcessIdentity[],
  clock: Clock,
): Promise<ProcessEntry[]> {
  return watchUntilGone(system, [...known], KILL_WITHIN_MS, clock, system.kill)
}

/** Adds to `seen` whoever is found on the way. */
async function watchUntilGone(
  system: ProcessSystem,
  seen: ProcessIdentity[],
  withinMs: number,
  clock: Clock,
  each: (alive: readonly ProcessEntry[]) => Promise<void> = async () => undefined,
): Promise<ProcessEntry[]> {
  const deadlineMs = clock.nowMs() + withinMs
  for (;;) {
    const alive = await snapshotTree(system, seen)
    seen.push(
      ...alive.filter(
        (entry) => !seen.some(({ pid, startTime }) => pid === entry.pid && startTime === entry.startTime),
      ),
    )
    if (alive.length === 0 || clock.nowMs() >= deadlineMs) return alive
    await each(alive)
    await clock.after(LOOK_EVERY_MS)
  }
}
