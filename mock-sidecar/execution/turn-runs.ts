// Runs that experts begin in the middle of a turn: they go the same way as those that are asked for.
import type { ExecutionResult } from '../../contracts/session/execution-result.ts'
import type { CancelReason, Session } from '../session/store.ts'
import type { Execution } from './execution.ts'
import { limitsOf } from './limits.ts'
import { startRun } from './run.ts'

export interface ExpertRun {
  readonly runId: string
  readonly result: ExecutionResult
}

/** Runs code in the lane of an expert; aborting `stopped` with a CancelReason cancels it. */
export async function runInTurn(
  execution: Execution,
  session: Session,
  code: string,
  stopped: AbortSignal,
): Promise<ExpertRun> {
  const place = execution.queue.enter('turn')
  if (place === undefined) throw new TypeError('a run of a turn finds a place always')
  const id = execution.newId('run')
  const request = { lane: 'expert' as const, code, limits: limitsOf({}, execution.capabilities) }
  const run = startRun(execution, session, request, place, () => undefined, id)
  execution.workOf(session).runs.set(id, run)
  const cancel = () => run.cancel(stopped.reason as CancelReason)
  if (stopped.aborted) cancel()
  else stopped.addEventListener('abort', cancel, { once: true })
  await run.over
  stopped.removeEventListener('abort', cancel)
  if (run.result === undefined) throw new TypeError(`run ${id} ended without a result`)
  return { runId: id, result: run.result }
}
