// How work that is ended from outside ends: a run, a cell, the rest of its batch.
import type { CancelReason } from '../session/store.ts'
import { type Ending, exception } from './fate.ts'
import type { Death } from './processes.ts'
import type { ExecutionRule } from './rules.ts'

/** The end of a batch before its last cell. */
export interface BatchStop {
  /** How the cell ends that runs. */
  readonly ending: Ending
  /** Why the cells after it are left out. */
  readonly rest: SkipReason
  /** The batch ends with `error`, for this reason. Default: it ends with `complete`. */
  readonly reason?: CancelReason
}

export type SkipReason = 'after_error' | 'kernel_died' | 'kernel_restarted' | 'cancelled'

/** Work that is cancelled. */
export function cancelled(reason: CancelReason): Ending {
  return { status: 'cancelled', reason: `cancelled_${reason}` }
}

/** The rule by which each reason ends work. */
export const cancelRules: Readonly<Record<CancelReason, ExecutionRule>> = {
  user: 'cancelsRuns',
  disconnect: 'endsOnDisconnect',
  session_ended: 'endsWithSession',
  shutdown: 'endsAtShutdown',
}

/** A cell that was interrupted; the kernel lives on. */
export const interrupted: Ending = { ...cancelled('user'), error: exception('KeyboardInterrupt', '') }

/** The kernel is replaced by request, or since it did not listen. */
export const restartedBatch: BatchStop = {
  ending: { status: 'lost', reason: 'kernel_restarted' },
  rest: 'kernel_restarted',
}

/** The kernel was deleted. */
export const stoppedBatch: BatchStop = { ending: cancelled('user'), rest: 'cancelled' }

/** The kernel died. */
export function diedBatch({ code, signal }: Death): BatchStop {
  return { ending: { status: 'lost', reason: 'kernel_died', code, signal }, rest: 'kernel_died' }
}

/** Whoever asked for the batch has left, or has to go. */
export function cancelledBatch(reason: CancelReason): BatchStop {
  return { ending: cancelled(reason), rest: 'cancelled', reason }
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
