// Time as a value: what waits on a timer takes a clock, so that a test can pass its own.
import { setTimeout as timer } from 'node:timers/promises'

export interface Clock {
  /** Monotonic milliseconds; comparable with `performance.now()`, not with the time of day. */
  nowMs(): number
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  after(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after: (ms, signal) => timer(ms, undefined, signal ? { signal } : {}).catch(() => undefined),
}

/** Whether `promise` settles (either way) before `ms` have passed. Leaves no timer behind. */
export async function settlesWithin(promise: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const timerOff = new AbortController()
  const settled = promise.then(
    () => true,
    () => true,
  )
  try {
    return await Promise.race([settled, clock.after(ms, timerOff.signal).then(() => false)])
  } finally {
    timerOff.abort()
  }
}
