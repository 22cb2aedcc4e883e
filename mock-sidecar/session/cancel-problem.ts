// The terminal `error` of work that was cancelled.
import { type Problem, problem } from '../../contracts/core/problem.ts'
import type { CancelReason } from './store.ts'

/** CANCELLED, with the reason in its context. */
export function cancelProblem(reason: CancelReason, what: string): Problem {
  const says: Readonly<Record<CancelReason, string>> = {
    user: `the ${what} was cancelled`,
    disconnect: 'the client closed the connection',
    session_ended: 'the session was ended',
    shutdown: 'the sidecar is shutting down',
  }
  return problem('CANCELLED', says[reason], { context: { reason } })
}
