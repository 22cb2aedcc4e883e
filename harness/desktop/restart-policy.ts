// When a sidecar that has ended may be spawned again: back-off, breaker and trial (contract, agent/1). Reads no clock and sets no timer.

export interface RestartRules {
  /** The first wait; each further one is twice as long. Default 1 000. */
  readonly backOffMs: number
  /** No wait is longer. Default 60 000. */
  readonly maxBackOffMs: number
  /** By how much of itself a wait may be shorter or longer. Default 0.2. */
  readonly jitter: number
  /** So many restarts in a row open the breaker. Default 5. */
  readonly restartsUntilOpen: number
  /** From opening to the trial. Default 60 000. */
  readonly openMs: number
  /** Healthy for so long: the restarts count no more. Default 600 000. */
  readonly forgetAfterMs: number
}

export const contractRestartRules: RestartRules = {
  backOffMs: 1_000,
  maxBackOffMs: 60_000,
  jitter: 0.2,
  restartsUntilOpen: 5,
  openMs: 60_000,
  forgetAfterMs: 600_000,
}

export interface RestartPolicy {
  /** Restarts since the count was last cleared, trials included. */
  readonly restartCount: number
  /** From the breaker's opening until a trial is healthy. */
  readonly isOpen: boolean
  /** What is to be done about an end that nobody asked for, and how long after that end. */
  next(): { readonly kind: 'restart' | 'trial'; readonly waitMs: number }
  /** A process is spawned after `next()` said so. */
  noteRestart(): void
  /** It has answered for `forMs` without a failure; 0 for the first answer. */
  noteHealthy(forMs: number): void
}

/** @param random gives the jitter: 0 up to, but not including, 1 */
export function createRestartPolicy(rules: RestartRules, random: () => number): RestartPolicy {
  let restartCount = 0
  let isOpen = false

  return {
    get restartCount() {
      return restartCount
    },
    get isOpen() {
      return isOpen
    },
    next() {
      isOpen ||= restartCount >= rules.restartsUntilOpen
      return isOpen ? { kind: 'trial', waitMs: rules.openMs } : { kind: 'restart', waitMs: backOff(restartCount) }
    },
    noteRestart() {
      restartCount++
    },
    noteHealthy(forMs) {
      isOpen = false
      if (forMs >= rules.forgetAfterMs) restartCount = 0
    },
  }

  /** The cap holds for what is waited, jitter included. */
  function backOff(exponent: number): number {
    const nominalMs = Math.min(rules.backOffMs * 2 ** exponent, rules.maxBackOffMs)
    return Math.min(nominalMs * (1 + (random() * 2 - 1) * rules.jitter), rules.maxBackOffMs)
  }
}
