// What Linux and macOS have in common: process groups, signals, and the POSIX half of the stop ladder.
import type { ForcedRung, ProcessEntry, ProcessIdentity } from './process-system.ts'

/** A child of its own group and session, so that one signal reaches it with all it starts. */
export const posixSpawnOptions = { detached: true, windowsHide: false }

/** Contract, "Launch": 5 s after stdin was closed SIGTERM to the group, 2 s later SIGKILL to the group. */
export const posixForcedRungs: readonly ForcedRung[] = [
  {
    step: 'sigterm',
    afterMs: 5_000,
    apply: async (rootPid) => void signalGroup(rootPid, 'SIGTERM'),
  },
  {
    step: 'sigkill',
    afterMs: 2_000,
    apply: async (rootPid) => void signalGroup(rootPid, 'SIGKILL'),
  },
]

export function signalGroup(leaderPid: number, signal: NodeJS.Signals): boolean {
  return send(-leaderPid, signal)
}

/** SIGKILL for each that is still the one meant: the pid's present start time is read right before. */
export async function killIdentities(
  list: (pids: readonly number[]) => Promise<ProcessEntry[]>,
  processes: readonly ProcessIdentity[],
): Promise<void> {
  const present = await list(processes.map(({ pid }) => pid))
  for (const { pid, startTime } of processes) {
    if (present.some((entry) => entry.pid === pid && entry.startTime === startTime)) send(pid, 'SIGKILL')
  }
}

/** ESRCH: gone. EPERM: macOS says so of a group in which only zombies are left. Both mean that nobody heard it. */
function send(target: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(target, signal)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')) return false
    throw error
  }
}
