// Waits for what has no event: asks again, ever less often, until the answer fits or the time is over.
import { setTimeout as pause } from 'node:timers/promises'

/** The first answer that fits, else the last one. `withinMs` is taken as it is. */
export async function askUntil<T>(ask: () => Promise<T>, fits: (answer: T) => boolean, withinMs: number): Promise<T> {
  const giveUpAtMs = performance.now() + withinMs
  for (let waitMs = 5; ; waitMs = Math.min(waitMs * 2, 100)) {
    const answer = await ask()
    if (fits(answer) || performance.now() > giveUpAtMs) return answer
    await pause(waitMs)
  }
}
