// The states of a managed sidecar and the graph along which they change: a value, read by the manager, its tests and its users.

/** Where a managed sidecar stands. The names are the contract's (agent/1) and permanent. */
export type SidecarState =
  /** A process was spawned and has not been heard of yet. */
  | 'started'
  /** It has proven that it is our child, and answered the last poll. */
  | 'healthy'
  /** It is there, but the last poll failed. */
  | 'unhealthy'
  /** It is ended or waited for, and will be spawned again. */
  | 'restarting'
  /** It was restarted too often: nothing is spawned until the breaker's trial. */
  | 'circuit-breaker-open'
  /** Starting again cannot help. Nothing is spawned until somebody asks for `start()`. */
  | 'error'
  /** Nobody asked for it, or it was stopped. */
  | 'stopped'

/** Which states may follow which. A manager begins at `stopped`; no state follows itself. */
export const stateGraph: Readonly<Record<SidecarState, readonly SidecarState[]>> = {
  stopped: ['started', 'restarting', 'circuit-breaker-open', 'error'],
  started: ['healthy', 'restarting', 'circuit-breaker-open', 'error', 'stopped'],
  healthy: ['unhealthy', 'restarting', 'circuit-breaker-open', 'error', 'stopped'],
  unhealthy: ['healthy', 'restarting', 'circuit-breaker-open', 'error', 'stopped'],
  restarting: ['started', 'circuit-breaker-open', 'error', 'stopped'],
  'circuit-breaker-open': ['started', 'error', 'stopped'],
  error: ['started', 'restarting', 'circuit-breaker-open', 'stopped'],
}
