// The processes of one run: its worker, where the program speaks of it, and what it leaves behind.
import type { Execution } from './execution.ts'
import type { Ending } from './fate.ts'
import type { Death, Placeholder } from './processes.ts'
import { aborted } from './stops.ts'

export interface Crew {
  /** The processes that the program leaves behind; they live as long as it does. */
  readonly left: readonly number[]
  /** The worker's; it is started when it is first asked for. */
  pid(): number
  /** The program has ended: so do all its processes. */
  leave(ending: Ending): Promise<void>
}

/** Starts what a program leaves behind. `onDeath` is called when somebody else ends its worker. */
export function newCrew(
  { keeps, processes }: Execution,
  leaves: number,
  stopped: AbortSignal,
  onDeath: (death: Death) => void,
): Crew {
  const left = Array.from({ length: leaves }, () => processes.start())
  let worker: Placeholder | undefined
  return {
    left: left.map(({ pid }) => pid),
    pid() {
      worker ??= startWorker()
      return worker.pid
    },
    async leave({ status }) {
      if (left.length > 0 && status === 'ok' && !keeps('endsWithMainProcess')) await allDead(left, stopped)
      await worker?.end()
      if (left.length > 0 && keeps('killsGroup')) await Promise.all(left.map((process) => process.end()))
    },
  }

  function startWorker(): Placeholder {
    const started = processes.start()
    void started.died.then((death) => {
      if (!started.ended && keeps('noticesDeath')) onDeath(death)
    })
    return started
  }
}

/** Whoever waits for what is left waits for this long at most. */
const patienceMs = 10_000

async function allDead(left: readonly Placeholder[], stopped: AbortSignal): Promise<void> {
  const patience = AbortSignal.any([AbortSignal.timeout(patienceMs), stopped])
  await Promise.race([Promise.all(left.map(({ died }) => died)), aborted(patience)])
}
