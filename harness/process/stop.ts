// Lets a process go in the steps of the contract ("Launch"), then makes sure that nothing of its tree is left.
import { type Clock, settlesWithin, systemClock } from './clock.ts'
import type { Exit, LaunchedProcess } from './launched-process.ts'
import { snapshotTree } from './process-tree.ts'
import { sweepTree } from './sweep.ts'
import { currentSystem } from './system/current.ts'
import type { ForcedStep, ProcessEntry, ProcessIdentity, ProcessSystem } from './system/process-system.ts'

export interface StopOptions {
  /** Asks the sidecar to stop (`POST /shutdown`) and resolves with its answer. Default: it is not asked. */
  shutdown?: () => Promise<unknown>
  /** How long that answer is waited for before stdin is closed all the same. Default 1 000. */
  answerWithinMs?: number
  /** Waits before the forced steps. Default: the contract's, on POSIX 5 000 and 2 000, on Windows 7 000. */
  forceAfterMs?: Partial<Record<ForcedStep, number>>
  /** The whole tree must be gone this long after the stop was asked for (contract, "Bounds"). Default 5 000. */
  treeGoneWithinMs?: number
  /** What the rest of the tree gets at least, however late the process itself went. Default 1 000. */
  settleWithinMs?: number
  /** Members of the tree that were seen earlier and may have lost their parent since. */
  known?: readonly ProcessIdentity[]
  system?: ProcessSystem
  clock?: Clock
}

/** The last step that was taken before the process was gone; `nothing` where even force did not end it. */
export type StopStep = 'already-exited' | 'shutdown' | 'stdin' | ForcedStep | 'nothing'

export type ShutdownAnswer =
  | { kind: 'not-asked' | 'answered' | 'unanswered' }
  /** The request failed; whether that is a fault is for the check to say (the process may have left first). */
  | { kind: 'failed'; error: unknown }

export interface StopReport {
  endedBy: StopStep
  /** null only with `endedBy: 'nothing'`. */
  exit: Exit | null
  shutdown: ShutdownAnswer
  /** From the call to the process's exit, without the wait for the rest of the tree. */
  exitedAfterMs: number
  /** Who outlived the process beyond its bound and was ended by us: orphans. */
  leftovers: ProcessEntry[]
  /** Who could not be ended at all. */
  survivors: ProcessEntry[]
}

/**
 * May be called again; then it only reports.
 *
 * Of a process that has left before the call, descendants in sessions of their own are only found through `known`;
 * it stays guarded, since the guardian may have seen some.
 *
 * @throws only where the system would not list its processes; the process has then been killed
 */
export async function stopInSteps(launched: LaunchedProcess, options: StopOptions = {}): Promise<StopReport> {
  try {
    return await stopAndSweep(launched, options)
  } catch (accident) {
    launched.signalGroup('SIGKILL')
    throw accident
  }
}

async function stopAndSweep(launched: LaunchedProcess, options: StopOptions): Promise<StopReport> {
  const { system = currentSystem(), clock = systemClock, treeGoneWithinMs = 5_000, settleWithinMs = 1_000 } = options
  const askedAtMs = clock.nowMs()
  const known: ProcessIdentity[] = [await launched.identity, ...(options.known ?? [])]
  const lookAround = async () => void known.push(...(await snapshotTree(system, known)))

  await lookAround()
  const wasRunning = !launched.exit()
  const shutdown = wasRunning ? await ask(options, clock) : ({ kind: 'not-asked' } as const)
  const endedBy = wasRunning ? await climb(launched, { ...options, system, clock }, lookAround) : 'already-exited'
  const exitedAfterMs = clock.nowMs() - askedAtMs

  const graceMs = Math.max(settleWithinMs, treeGoneWithinMs - exitedAfterMs)
  const swept = await sweepTree(system, known, { graceMs, clock })
  if (wasRunning && swept.survivors.length === 0) launched.release()
  return { endedBy, exit: launched.exit(), shutdown, exitedAfterMs, ...swept }
}

async function ask({ shutdown, answerWithinMs = 1_000 }: StopOptions, clock: Clock): Promise<ShutdownAnswer> {
  if (!shutdown) return { kind: 'not-asked' }
  const answer = Promise.resolve()
    .then(shutdown)
    .then(
      (): ShutdownAnswer => ({ kind: 'answered' }),
      (error: unknown): ShutdownAnswer => ({ kind: 'failed', error }),
    )
  return (await settlesWithin(answer, answerWithinMs, clock)) ? answer : { kind: 'unanswered' }
}

async function climb(
  launched: LaunchedProcess,
  { shutdown, forceAfterMs, system, clock }: StopOptions & { system: ProcessSystem; clock: Clock },
  lookAround: () => Promise<void>,
): Promise<StopStep> {
  if (launched.exit()) return shutdown ? 'shutdown' : 'already-exited'
  launched.closeStdin()
  let step: StopStep = 'stdin'
  for (const rung of system.forcedRungs) {
    if (await settlesWithin(launched.exited, forceAfterMs?.[rung.step] ?? rung.afterMs, clock)) return step
    await lookAround()
    if (launched.exit()) return step
    await rung.apply(launched.pid)
    step = rung.step
  }
  return (await settlesWithin(launched.exited, KILL_WITHIN_MS, clock)) ? step : 'nothing'
}

/** After the last step of force, for a process that hangs inside the kernel. */
const KILL_WITHIN_MS = 5_000
