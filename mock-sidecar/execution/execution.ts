// All that the mock has for running code: processes, folders, the queue of runs, and what each session runs.
import type { Capabilities } from '../../contracts/session/capabilities.ts'
import type { Outcome } from '../../fixtures/programs/outcome.ts'
import type { TakenIds } from '../session/client-ids.ts'
import type { Session, SessionWork } from '../session/store.ts'
import type { NotebookKernel } from './kernel.ts'
import { openProcesses, type Processes } from './processes.ts'
import type { Keeps } from './rules.ts'
import type { Run } from './run.ts'
import { newRunQueue, type RunQueue } from './run-queue.ts'
import { cancelRules } from './stops.ts'
import { newWorkspaces, type Workspaces } from './workspaces.ts'

export interface ExecutionOptions {
  readonly capabilities: Capabilities
  readonly keeps: Keeps
  readonly newId: (kind: string) => string
  /** What no code may see: the token and its like, by the names of their variables. */
  readonly secrets: Readonly<Record<string, string>>
  /** What any code comes to, where a scenario says so. */
  readonly told?: Outcome | undefined
  /** Whether the sidecar stops: what begins now is cancelled at once. */
  readonly isStopping: () => boolean
  /** A clock for the life of kernels. Default: the system's. */
  readonly nowMs?: (() => number) | undefined
}

export interface Execution extends ExecutionOptions {
  readonly processes: Processes
  readonly workspaces: Workspaces
  readonly queue: RunQueue
  readonly nowMs: () => number
  /** The code of a session. */
  workOf(session: Session): CodeWork
  /** Another kernel whose process a fault lets a new one share. */
  otherKernel(): NotebookKernel | undefined
  /** Names that code has set, for all code that comes later, where a fault leaks them. */
  readonly leaked: Map<string, string>
  /** Code begins to run; call what it gives when it has ended. */
  begin(): () => void
  /** Ends all code and every process, whatever faults say. */
  close(): Promise<void>
}

/** The runs and the kernel of a session. */
export interface CodeWork extends SessionWork {
  readonly runs: Map<string, Run>
  readonly taken: TakenIds
  /** Resolves when the kernel has started. */
  kernel: Promise<NotebookKernel> | undefined
  /** The last generation of its kernels. */
  generation: number
}

/** Gets ready to run code. */
export async function openExecution(options: ExecutionOptions): Promise<Execution> {
  const { capabilities, keeps } = options
  const processes = await openProcesses(keeps)
  const workspaces = newWorkspaces(keeps)
  const works = new Map<string, CodeWork>()
  const stillness = standStill(keeps)
  return {
    ...options,
    processes,
    workspaces,
    queue: newRunQueue(capabilities.runs ?? { concurrent: 1, queue: 0 }, keeps),
    nowMs: options.nowMs ?? (() => performance.now()),
    leaked: new Map(),
    begin: stillness.begin,
    workOf(session) {
      const work = works.get(session.id) ?? newWork(keeps)
      works.set(session.id, work)
      session.work = work
      return work
    },
    otherKernel: () => sharedKernel(works.values()),
    async close() {
      stillness.stop()
      await Promise.all([...works.values()].map(endForGood))
      await processes.endAll()
      workspaces.close()
    },
  }
}

const living = new WeakMap<CodeWork, NotebookKernel>()

/** Says that the kernel of a session lives now. */
export function noteKernel(work: CodeWork, kernel: NotebookKernel | undefined): void {
  if (kernel === undefined) living.delete(work)
  else living.set(work, kernel)
}

function sharedKernel(works: Iterable<CodeWork>): NotebookKernel | undefined {
  return [...works].map((work) => living.get(work)).find((kernel) => kernel !== undefined)
}

function newWork(keeps: Keeps): CodeWork {
  const work: CodeWork = {
    runs: new Map(),
    taken: new Map(),
    kernel: undefined,
    generation: 0,
    async end(reason) {
      const running = [...work.runs.values()].filter(({ state }) => state !== 'finished')
      const { kernel } = work
      if (running.length === 0 && kernel === undefined) return
      const batch = (await kernel)?.isBusy
      const goesOn = (running.length > 0 || batch) && !keeps(cancelRules[reason])
      if (!goesOn) for (const run of running) run.cancel(reason)
      await Promise.all([
        ...(goesOn ? [] : running.map(({ over }) => over)),
        endKernel(kernel, reason, goesOn === true),
      ])
    },
  }
  return work

  async function endKernel(kernel: CodeWork['kernel'], reason: 'session_ended' | 'shutdown', goesOn: boolean) {
    const ending = await kernel
    if (ending === undefined || goesOn) return
    noteKernel(work, undefined)
    await ending.stop(reason)
  }
}

async function endForGood({ kernel, runs }: CodeWork): Promise<void> {
  for (const run of runs.values()) run.cancel('shutdown')
  void (await kernel)?.stop('shutdown')
}

/** A fault may let the whole sidecar stand still while code runs. */
function standStill(keeps: Keeps) {
  let running = 0
  let timer: NodeJS.Timeout | undefined
  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }
  return {
    stop,
    begin() {
      running += 1
      if (timer === undefined && !keeps('staysResponsive')) timer = setInterval(block, 1_000)
      return () => {
        running -= 1
        if (running === 0) stop()
      }
    },
  }
}

function block(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700)
}
