// One cell of a batch, from its `cell_start` to its result, and what its end means for the kernel.
import type { ExecutionResult } from '../../contracts/session/execution-result.ts'
import { leak, worldOf } from './environment.ts'
import type { Execution } from './execution.ts'
import { awaitFate, type Ending, launchFailed } from './fate.ts'
import type { NotebookKernel } from './kernel.ts'
import type { Limits } from './limits.ts'
import { type Known, outcomeOf, ownEndOf } from './outcomes.ts'
import { play, type Stage } from './play.ts'
import { NoProcess, type Placeholder } from './processes.ts'
import { resultOf } from './result.ts'
import { showing } from './show.ts'
import type { World } from './world.ts'

export interface CellContext {
  readonly execution: Execution
  readonly kernel: NotebookKernel
  readonly limits: Limits
  /** Of the kernel, when the cell begins. */
  readonly generation: number
  readonly place: Pick<ExecutionResult, 'execution_id' | 'session_id' | 'lane'>
  /** Whether whoever asked for the batch has left. */
  hasLeft(): boolean
  /** The kernel cannot go on after this cell: it is replaced. */
  loseKernel(): void
  /** Sends an event of the cell. */
  send(type: string, members: Readonly<Record<string, unknown>>): void
}

/** The cell that runs. */
export interface RunningCell {
  readonly ignoresInterrupt: boolean
  /** An interrupt was sent that it has swallowed. */
  isInterrupted: boolean
  end(ending: Ending): void
}

/** Runs a cell. */
export function runCell(
  context: CellContext,
  code: string,
): { running: RunningCell; result: Promise<ExecutionResult> } {
  const known = outcomeOf(code, context.execution.told)
  const stopped = new AbortController()
  const running: RunningCell = {
    ignoresInterrupt: known.outcome.ignoresInterrupt === true,
    isInterrupted: false,
    end: (ending) => stopped.abort(ending),
  }
  return { running, result: perform(context, known, stopped.signal) }
}

async function perform(context: CellContext, known: Known, stopped: AbortSignal): Promise<ExecutionResult> {
  const { execution, generation, kernel, limits, send } = context
  const { keeps, processes } = execution
  const { outcome } = known
  const count = kernel.countCell()
  send('cell_start', { execution_count: count })
  const place = { ...context.place, kernel_generation: generation, execution_count: count }
  let left: readonly Placeholder[]
  try {
    left = Array.from({ length: outcome.leaves ?? 0 }, () => processes.start())
  } catch (error) {
    if (error instanceof NoProcess) return resultOf(place, launchFailed(error))
    throw error
  }
  kernel.left.push(...left)
  const ended = execution.begin()
  const world = worldOfCell(context, known, left)
  const stage = stageOf(context, count, stopped)
  const own = ownEndOf(outcome, 'cell')
  const { ending: played, ...captured } = await play({ outcome, own, world, limits, stage, keeps, stopped })
  const ending = await inItsKernel(context, known, played, stopped)
  ended()
  if (ending.status === 'ok') {
    for (const [name, repr] of Object.entries(outcome.sets ?? {})) kernel.names.set(name, repr)
    leak(execution, outcome.sets)
  } else {
    if (!keeps('countsCells')) kernel.count -= 1
    await endLeft(context, left)
  }
  if (ending.error) send('cell_output', { output: { output_type: 'error', ...ending.error } })
  return resultOf(place, ending, captured)
}

function worldOfCell({ execution, kernel }: CellContext, { given }: Known, left: readonly Placeholder[]): World {
  const { names, workspace } = kernel
  return {
    ...worldOf(execution),
    workspace,
    names: names.size === 0 || execution.keeps('keepsNames') ? names : new Map(),
    given,
    pid: () => kernel.pid,
    left: left.map(({ pid }) => pid),
  }
}

function stageOf({ execution, limits, send }: CellContext, count: number, stopped: AbortSignal): Stage {
  return {
    print: (name, text) => send('cell_output', { output: { output_type: 'stream', name, text } }),
    truncated: (stream, droppedBytes) => send('output_truncated', { stream, dropped_bytes: droppedBytes }),
    show: showing({
      limits,
      keeps: execution.keeps,
      count,
      stopped,
      output: (output) => send('cell_output', { output }),
      dropped: (bytes) => send('output_truncated', { stream: 'display', dropped_bytes: bytes }),
    }),
  }
}

/** What the end of a cell means for its kernel. `code` and `signal` are those of the process: it has them only where it has ended. */
async function inItsKernel(
  { execution, hasLeft, kernel, limits, loseKernel }: CellContext,
  { outcome }: Known,
  ending: Ending,
  stopped: AbortSignal,
): Promise<Ending> {
  const { code, signal, ...bare } = ending
  if (stopped.aborted) {
    if (hasLeft() && outcome.ignoresInterrupt) kernel.replace()
    // It may have come to its own end just before; what that would do to the kernel has been done.
    const stop = stopped.reason as Ending
    return ending === stop || ending.status === 'lost' ? stop : bare
  }
  if (ending.status === 'lost') {
    if (ending.reason === 'kernel_died') kernel.crash({ code: code ?? null, signal: signal ?? null })
    else void kernel.restart()
    return untilStopped(execution, limits, stopped)
  }
  const endsTheProcess = outcome.ignoresInterrupt || ending.reason === 'memory' || ending.reason === 'processes'
  if (ending.status !== 'limit' || !endsTheProcess) return bare
  loseKernel()
  return ending
}

/** The end that the end of the kernel brings; where a fault does not notice that, the wall limit ends the cell. */
async function untilStopped({ keeps }: Execution, limits: Limits, stopped: AbortSignal): Promise<Ending> {
  const hangs = { status: 'ok', reason: 'normal', durationMs: 'forever' } as const
  try {
    return await awaitFate(hangs, hangs, limits, keeps, stopped)
  } catch (error) {
    if (!stopped.aborted) throw error
    return stopped.reason as Ending
  }
}

/** What a failed cell has started ends with it; after a good one it lives on in the kernel. */
async function endLeft({ execution, kernel }: CellContext, left: readonly Placeholder[]): Promise<void> {
  if (left.length === 0 || !execution.keeps('killsGroup')) return
  await Promise.all(left.map((process) => process.end()))
  const others = kernel.left.filter((process) => !left.includes(process))
  kernel.left.splice(0, kernel.left.length, ...others)
}
