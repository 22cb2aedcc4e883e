// What a guardian knows: the trees it was told of, and whom it has seen in them.
import { systemClock } from './clock.ts'
import type { GuardMessage } from './guardian-protocol.ts'
import { membersOf } from './process-tree.ts'
import { killTrees } from './sweep.ts'
import type { ProcessEntry, ProcessIdentity, ProcessSystem } from './system/process-system.ts'

export interface GuardedTrees {
  heed(message: GuardMessage): void
  /** Remembers who belongs to the trees now, so that they stay known when their parent leaves. */
  lookAround(): Promise<void>
  /** Ends every tree that is guarded. Who holds a guarded pid by now, but is somebody else, is left alone. */
  endAll(): Promise<void>
}

interface Tree {
  /** null while the harness does not know it itself. */
  rootStartTime: number | null
  seen: readonly ProcessIdentity[]
}

export function createGuardedTrees(system: ProcessSystem): GuardedTrees {
  const trees = new Map<number, Tree>()

  return {
    heed(message) {
      if ('guard' in message) trees.set(message.guard.pid, { rootStartTime: message.guard.startTime, seen: [] })
      else trees.delete(message.release.pid)
    },
    async lookAround() {
      if (trees.size === 0) return
      const listing = await system.listProcesses()
      for (const [pid, tree] of trees) tree.seen = membersOf(listing, identitiesOf(pid, tree, listing))
    },
    async endAll() {
      const roots = await system.listProcesses([...trees.keys()])
      const known = [...trees].flatMap(([pid, tree]) => identitiesOf(pid, tree, roots))
      halt(system, known, roots)
      await killTrees(system, known, systemClock)
    },
  }
}

/** A start time that never came (the harness died in the moment of a launch) is the one of who holds the pid now. */
function identitiesOf(pid: number, tree: Tree, present: readonly ProcessEntry[]): ProcessIdentity[] {
  const startTime = tree.rootStartTime ?? present.find((entry) => entry.pid === pid)?.startTime ?? 0
  return [{ pid, startTime }, ...tree.seen]
}

/** No parent shall leave, and set its children adrift, while they are being looked for. */
function halt(system: ProcessSystem, known: readonly ProcessIdentity[], roots: readonly ProcessEntry[]): void {
  for (const { pid, startTime } of roots) {
    if (known.some((one) => one.pid === pid && one.startTime === startTime)) system.signalGroup(pid, 'SIGSTOP')
  }
}
