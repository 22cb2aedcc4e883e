// A batch of cells: one after the other, until one fails, the kernel ends, or somebody stops it.
import type { ExecutionResult } from '../../contracts/session/execution-result.ts'
import { cancelProblem } from '../session/cancel-problem.ts'
import { type CellContext, type RunningCell, runCell } from './cell.ts'
import type { Execution } from './execution.ts'
import type { NotebookKernel } from './kernel.ts'
import type { Limits } from './limits.ts'
import { type BatchStop, restartedBatch, type SkipReason } from './stops.ts'

export interface BatchRequest {
  readonly id: string
  readonly sessionId: string
  readonly cells: readonly { readonly cell_id: string; readonly code: string }[]
  readonly stopOnError: boolean
  readonly limits: Limits
}

export type SendCellsEvent = (type: string, members?: Readonly<Record<string, unknown>>) => void

export interface Batch {
  readonly cell: RunningCell | undefined
  /** Stops it; only the first stop counts. */
  stop(stop: BatchStop): void
  /** Resolves when it has sent its last event. */
  readonly over: Promise<void>
  /** Runs the cells; sends every event but `start`. */
  run(send: SendCellsEvent): Promise<void>
  /** It never runs. */
  drop(): void
}

/** A batch for a kernel, which takes it at once and runs it when `run` is called. */
export function newBatch(execution: Execution, kernel: NotebookKernel, request: BatchRequest): Batch {
  const { keeps } = execution
  const { cells, id, limits, sessionId, stopOnError } = request
  const { promise: over, resolve: finish } = Promise.withResolvers<void>()
  let cell: RunningCell | undefined
  let stopped: BatchStop | undefined
  let generation = 0

  const batch: Batch = {
    get cell() {
      return cell
    },
    over,
    stop(stop) {
      stopped ??= stop
      cell?.end(stopped.ending)
    },
    async run(send) {
      try {
        await runCells(send)
      } finally {
        batch.drop()
      }
    },
    drop() {
      kernel.release(batch)
      finish()
    },
  }
  return batch

  async function runCells(send: SendCellsEvent): Promise<void> {
    generation = kernel.generation
    let skip: SkipReason | undefined
    let told: BatchStop | undefined
    send('kernel_status', { state: 'busy', generation })
    for (const { cell_id: cellId, code } of cells) {
      if (skip !== undefined) {
        send('cell_skipped', { cell_id: cellId, reason: skip })
        continue
      }
      if (stopped === undefined) skip = reasonToStop(await playCell(cellId, code, send))
      else send('cell_skipped', { cell_id: cellId, reason: stopped.rest })
      if (stopped?.reason !== undefined) return fail(stopped.reason, send)
      if (stopped !== undefined && stopped !== told) {
        told = stopped
        skip = (await goesOn(stopped, send)) ? undefined : stopped.rest
      }
    }
    await kernel.settled()
    if (stopped?.reason !== undefined) return fail(stopped.reason, send)
    kernel.release(batch)
    const isNew = !kernel.isDead && kernel.generation !== generation
    if (isNew && told === undefined) send('kernel_status', { state: 'restarting', generation })
    send('kernel_status', { state: kernel.state, generation: isNew ? kernel.generation : generation })
    send('complete')
  }

  async function playCell(cellId: string, code: string, send: SendCellsEvent): Promise<ExecutionResult> {
    const context: CellContext = {
      execution,
      kernel,
      limits,
      generation,
      place: { execution_id: `${id}:${cellId}`, session_id: sessionId, lane: 'cell' },
      hasLeft: () => stopped?.reason === 'disconnect',
      // The limit ends the cell, the rest ends with the kernel.
      loseKernel: () => {
        stopped ??= { ...restartedBatch }
        kernel.replace()
      },
      send: (type, members) => send(type, { cell_id: cellId, ...members }),
    }
    const played = runCell(context, code)
    cell = played.running
    const result = await played.result
    cell = undefined
    send('cell_complete', { cell_id: cellId, result })
    return result
  }

  /** Tells of the kernel's end. Where a fault lets cells outlive it, they run in the next one. */
  async function goesOn({ rest }: BatchStop, send: SendCellsEvent): Promise<boolean> {
    if (kernel.state === 'restarting' || kernel.generation !== generation) {
      send('kernel_status', { state: 'restarting', generation })
    }
    if (rest === 'cancelled' || keeps('skipsWhatWaits')) return false
    await kernel.settled()
    if (kernel.isDead) return false
    generation = kernel.generation
    stopped = undefined
    send('kernel_status', { state: 'busy', generation })
    return true
  }

  function fail(reason: NonNullable<BatchStop['reason']>, send: SendCellsEvent): void {
    kernel.release(batch)
    send('error', { error: cancelProblem(reason, 'batch') })
  }

  function reasonToStop({ exit, status }: ExecutionResult): SkipReason | undefined {
    if (status === 'ok' || !stopOnError || !keeps('stopsOnError')) return undefined
    return exit.reason === 'cancelled_user' ? 'cancelled' : 'after_error'
  }
}
