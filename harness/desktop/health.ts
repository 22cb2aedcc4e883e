// Whether the one who answers at a port is our child and well: one question to `/health`, and the loop that asks it again and again.
import { z } from 'zod'
import { type Clock, settlesWithin } from '../process/clock.ts'
import type { Probe, ProbeAnswer, ProbeRequest } from './health-probe.ts'

/** `someone-else`: a healthy server with another `boot_id`. It has our child's port, or is an older self of it. */
export type HealthVerdict = 'ours' | 'someone-else' | 'no-answer'

export interface HealthQuestion {
  readonly probe: Probe
  readonly clock: Clock
  readonly baseUrl: string
  /** What the ready line said. */
  readonly bootId: string
  readonly answerWithinMs: number
  readonly signal: AbortSignal
}

const Healthy = z.looseObject({ status: z.literal('ok'), boot_id: z.string() })

/** The token is not sent: `/health` needs none, and it is not yet known who answers. Never rejects. */
export async function askHealth(question: HealthQuestion): Promise<HealthVerdict> {
  const answer = await askWithin({ method: 'GET', path: '/health' }, question)
  const health = answer?.status === 200 ? Healthy.safeParse(answer.body) : undefined
  if (!health?.success) return 'no-answer'
  return health.data.boot_id === question.bootId ? 'ours' : 'someone-else'
}

/** The answer, or null where none came in time. Never rejects. */
export async function askWithin(
  request: Pick<ProbeRequest, 'method' | 'path' | 'token'>,
  { answerWithinMs, baseUrl, clock, probe, signal }: Omit<HealthQuestion, 'bootId'>,
): Promise<ProbeAnswer | null> {
  const giveUp = new AbortController()
  const asked = { ...request, baseUrl, signal: AbortSignal.any([signal, giveUp.signal]) }
  const answer = Promise.resolve()
    .then(() => probe(asked))
    .catch(() => null)
  try {
    return (await settlesWithin(answer, answerWithinMs, clock)) ? await answer : null
  } finally {
    giveUp.abort()
  }
}

export interface WatchOptions extends HealthQuestion {
  /** From the start of one poll to the start of the next; they never overlap. */
  readonly everyMs: number
  /** A poll that began or ended so much later than it should have tells about us, not about the sidecar. */
  readonly lateAfterMs: number
  onPoll(poll: Poll): void
}

export interface Poll {
  readonly verdict: HealthVerdict
  /** This process slept or was blocked meanwhile (a suspended computer, a busy event loop): a failure must not count. */
  readonly late: boolean
}

/** Polls until `signal` aborts. Never rejects. */
export async function watchHealth(options: WatchOptions): Promise<void> {
  const { answerWithinMs, clock, everyMs, lateAfterMs, onPoll, signal } = options
  for (let dueAtMs = clock.nowMs() + everyMs; ; ) {
    await clock.after(Math.max(0, dueAtMs - clock.nowMs()), signal)
    if (signal.aborted) return
    const startedAtMs = clock.nowMs()
    const verdict = await askHealth(options)
    if (signal.aborted) return
    const endedAtMs = clock.nowMs()
    const late = startedAtMs - dueAtMs > lateAfterMs || endedAtMs - startedAtMs > answerWithinMs + lateAfterMs
    onPoll({ verdict, late })
    dueAtMs = Math.max(startedAtMs + everyMs, endedAtMs)
  }
}
