// Who belongs to a process: its descendants, and whoever is in a group or session that one of them leads.
import type { ProcessEntry, ProcessIdentity, ProcessSystem } from './system/process-system.ts'

/**
 * The living members of the trees that hang on `known`, who are themselves included where they live.
 *
 * A process that left its session *and* lost its parent before anybody looked cannot be found any more, so take a
 * snapshot while the root lives and pass it on as `known` to the next one: what was seen once stays found.
 */
export async function snapshotTree(system: ProcessSystem, known: readonly ProcessIdentity[]): Promise<ProcessEntry[]> {
  return membersOf(await system.listProcesses(), known)
}

/** Which of a snapshot still live: same pid, same start time, not a zombie. */
export async function stillAlive(system: ProcessSystem, snapshot: readonly ProcessIdentity[]): Promise<ProcessEntry[]> {
  const present = await system.listProcesses(snapshot.map(({ pid }) => pid))
  return present.filter((entry) => !entry.dead && snapshot.some((one) => isSame(one, entry)))
}

/** The same as `snapshotTree`, on a listing that is already there. The dead link others but are not given. */
export function membersOf(listing: readonly ProcessEntry[], known: readonly ProcessIdentity[]): ProcessEntry[] {
  const holderOf = new Map(listing.map((entry) => [entry.pid, entry]))
  const links: ProcessIdentity[] = [...known]
  const members = new Set<ProcessEntry>()
  const belongs = (entry: ProcessEntry) =>
    links.some((link) => isSame(link, entry) || leads(link, entry, holderOf.get(link.pid)))

  for (let found = true; found; ) {
    const joining = listing.filter((entry) => !members.has(entry) && belongs(entry))
    for (const entry of joining) members.add(entry)
    links.push(...joining)
    found = joining.length > 0
  }
  return [...members].filter((entry) => !entry.dead)
}

/**
 * Whether `link` is the parent, group leader or session leader that `entry` names.
 * A pid may have been used again: what started before `link`, or since the pid's present holder did, is somebody else's.
 */
function leads(link: ProcessIdentity, entry: ProcessEntry, holder: ProcessEntry | undefined): boolean {
  const named = entry.ppid === link.pid || entry.pgid === link.pid || entry.sid === link.pid
  if (!named || entry.startTime < link.startTime) return false
  return !holder || isSame(holder, link) || entry.startTime < holder.startTime
}

function isSame(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.startTime === other.startTime
}
