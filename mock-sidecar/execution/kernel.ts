// A notebook kernel: one process at a time, numbered by generation, replaced when it dies, is restarted or does not listen.
import { setTimeout as pause } from 'node:timers/promises'
import type { Kernel } from '../../contracts/session/kernel.ts'
import type { CancelReason } from '../session/store.ts'
import type { Batch } from './batch.ts'
import type { Execution } from './execution.ts'
import { type Death, NoProcess, type Placeholder } from './processes.ts'
import { type BatchStop, cancelledBatch, diedBatch, interrupted, restartedBatch, stoppedBatch } from './stops.ts'
import type { Workspace } from './workspaces.ts'

/** A kernel that lived so long has not died in a row with the one before. */
const forgivenAfterMs = 10_000

/** With a fault that answers a restart too early: so long the new process is not ready yet. */
const notReadyMs = 500

export class NotebookKernel {
  readonly id: string
  readonly workspace: Workspace
  /** The names that cells have set, with their `repr`. */
  readonly names = new Map<string, string>()
  /** What cells have left behind; it ends with the generation. */
  readonly left: Placeholder[] = []
  generation: number
  count = 0
  readonly #execution: Execution
  #status: 'starting' | 'up' | 'restarting' | 'dead' = 'starting'
  #process: Placeholder
  #bornMs: number
  #deaths = 0
  #batch: Batch | undefined
  /** Resolves when the process that is being started can run a cell. */
  #ready: Promise<void>
  /** Counts replacements, so that one that was overtaken changes nothing any more. */
  #replacements = 0
  #restart: Promise<void> | undefined
  #answersEarly = false

  constructor(execution: Execution, workspace: Workspace, generation: number) {
    this.id = execution.newId('kernel')
    this.workspace = workspace
    this.generation = generation
    this.#execution = execution
    this.#bornMs = execution.nowMs()
    this.#process = this.#startProcess()
    this.#ready = this.#process.began.then(() => {
      if (this.#status === 'starting') this.#status = 'up'
    })
  }

  get pid(): number {
    return this.#process.pid
  }

  get isDead(): boolean {
    return this.#status === 'dead'
  }

  get isBusy(): boolean {
    return this.#batch !== undefined
  }

  /** No cell can run yet, and who asked for the restart was told otherwise (a fault). */
  get isNotReady(): boolean {
    return this.#answersEarly && this.#status === 'restarting'
  }

  describe(): Kernel {
    return {
      kernel_id: this.id,
      state: this.state,
      generation: this.generation,
      execution_count: this.count,
    }
  }

  get state(): Kernel['state'] {
    if (this.#status !== 'up') return this.#status
    return this.#batch === undefined ? 'idle' : 'busy'
  }

  /** Resolves when the kernel is up, or dead for good. */
  async settled(): Promise<void> {
    for (let ready: Promise<void> | undefined; ready !== this.#ready; ) {
      ready = this.#ready
      await ready
    }
  }

  /** From here on the batch is what the kernel runs. */
  take(batch: Batch): void {
    this.#batch = batch
  }

  /** The batch is over: the next may come. */
  release(batch: Batch): void {
    if (this.#batch === batch) this.#batch = undefined
  }

  /** A cell begins: its `execution_count`. */
  countCell(): number {
    this.count += 1
    return this.count
  }

  /** The process dies of the code it runs. */
  crash(death: Death): void {
    this.#process.crash(death)
  }

  /** Clears the names; the process stays. */
  reset(): void {
    const { keeps } = this.#execution
    if (keeps('clearsNamesOnReset')) this.names.clear()
    if (!keeps('keepsCountOnReset')) this.count = 0
  }

  /** Interrupts the cell that runs, if one does. A cell that swallows it costs the kernel, after the grace. */
  interrupt(): void {
    const { capabilities, keeps } = this.#execution
    const batch = this.#batch
    const cell = batch?.cell
    if (batch === undefined || cell === undefined || !keeps('interruptsCells')) return
    if (!cell.ignoresInterrupt) {
      cell.end(interrupted)
      if (!keeps('survivesInterrupt')) this.#replaceUnder(batch, { ...restartedBatch, ending: interrupted })
      return
    }
    if (cell.isInterrupted) return
    cell.isInterrupted = true
    const graceMs = keeps('waitsGrace') ? (capabilities.notebook?.interrupt_grace_ms ?? 0) : 0
    setTimeout(() => {
      if (batch.cell === cell && keeps('replacesDeafKernels')) this.#replaceUnder(batch, restartedBatch)
    }, graceMs)
  }

  /** A new process; resolves when a cell can run, or when there is no process to have. A second restart at the same time is the same one. */
  restart(): Promise<void> {
    if (this.#restart !== undefined && !this.#execution.keeps('joinsRestarts')) this.#die()
    this.#restart ??= this.#restartOnce().finally(() => {
      this.#restart = undefined
    })
    return this.#restart
  }

  /** The kernel is replaced and the batch goes on to its end, with this in place of its cells. */
  replace(): void {
    if (this.#batch === undefined) void this.#replace()
    else this.#replaceUnder(this.#batch, restartedBatch)
  }

  /** Ends the process and what it runs; resolves when both are over. */
  async stop(why: 'deleted' | Exclude<CancelReason, 'user' | 'disconnect'>): Promise<void> {
    const batch = this.#batch
    batch?.stop(why === 'deleted' ? stoppedBatch : cancelledBatch(why))
    this.#die()
    if (this.#execution.keeps('endsKernels')) await this.#endProcess()
    await batch?.over
  }

  async #restartOnce(): Promise<void> {
    const { keeps } = this.#execution
    const batch = this.#batch
    if (this.#deaths > 0 && keeps('forgivesDeaths')) this.#deaths = 0
    batch?.stop(restartedBatch)
    this.#answersEarly = !keeps('answersWhenReady')
    void this.#replace('asked')
    if (this.#answersEarly) return
    await this.settled()
    await batch?.over
  }

  #replaceUnder(batch: Batch, stop: BatchStop): void {
    batch.stop(stop)
    void this.#replace()
  }

  #replace(asked?: 'asked'): Promise<void> {
    this.#status = 'restarting'
    this.#replacements += 1
    this.#ready = this.#renew(this.#replacements, asked)
    return this.#ready
  }

  /** Ends the old process, starts a new one, begins the next generation. */
  async #renew(replacement: number, asked: 'asked' | undefined): Promise<void> {
    const { keeps, nowMs } = this.#execution
    const wasOvertaken = () => replacement !== this.#replacements
    const isNew = asked === undefined || keeps('startsNewProcess')
    if (isNew) {
      await this.#endProcess()
      if (wasOvertaken()) return
      if (!this.#startAnother()) return this.#die()
    }
    await this.#process.began
    if (this.#answersEarly) await pause(notReadyMs)
    if (wasOvertaken()) return
    this.#bornMs = nowMs()
    if (keeps('countsGenerations')) this.generation += 1
    if (keeps('startsCountAnew')) this.count = 0
    if (keeps('clearsNamesOnRestart')) this.names.clear()
    this.#status = 'up'
    this.#answersEarly = false
  }

  #startProcess(): Placeholder {
    const started = this.#execution.processes.start()
    void started.died.then((death) => {
      if (!started.ended && started === this.#process) this.#noticeDeath(death)
    })
    return started
  }

  /** Whether the system had a process to give. */
  #startAnother(): boolean {
    try {
      this.#process = this.#startProcess()
      return true
    } catch (error) {
      if (error instanceof NoProcess) return false
      throw error
    }
  }

  async #endProcess(): Promise<void> {
    const left = this.#execution.keeps('killsGroup') ? this.left.splice(0) : []
    await Promise.all([this.#process, ...left].map((process) => process.end()))
  }

  #noticeDeath(death: Death): void {
    const { capabilities, keeps, nowMs } = this.#execution
    if (!keeps('noticesDeath')) return
    const livedLong = this.#status === 'up' && nowMs() - this.#bornMs >= forgivenAfterMs
    if (livedLong && this.#deaths > 0 && keeps('forgivesDeaths')) this.#deaths = 0
    this.#deaths += 1
    this.#batch?.stop(diedBatch(death))
    const tooOften = this.#deaths > (capabilities.notebook?.max_restarts ?? 0)
    if (!keeps('restartsAfterDeath') || (tooOften && keeps('boundsRestarts'))) this.#die()
    else void this.#replace()
  }

  /** It stays dead until a restart is asked for. */
  #die(): void {
    this.#replacements += 1
    this.#status = 'dead'
    this.#ready = Promise.resolve()
    for (const process of this.left.splice(0)) void process.end()
  }
}
