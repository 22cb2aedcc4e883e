// The tree of processes of a sidecar at work, taken from the system's own table, and the expectation that all of it is gone.
import { bounds } from '../../../contracts/session/bounds.ts'
import { within } from '../../../harness/client/patience.ts'
import { snapshotTree } from '../../../harness/process/process-tree.ts'
import { currentSystem } from '../../../harness/process/system/current.ts'
import type { ProcessEntry } from '../../../harness/process/system/process-system.ts'
import type { RunningSidecar } from '../../../harness/sidecar.ts'
import { Verdict } from '../../../harness/verdict.ts'
import { control, expectThat } from '../../expect.ts'
import type { SessionContext, StartedSidecar } from '../context.ts'
import { cellAt, needsNotebook, openNotebook, printedBy } from '../kernels.ts'
import { killFromOutside, mustBeGone, processOf } from '../processes.ts'
import { needsRuns, printed, startRun } from '../runs.ts'
import { aside } from './aside.ts'

/**
 * Gives the sidecar work that has processes of its own, a kernel and a run that has left two behind, as far as it declares
 * them, and gives all of its tree: a control. The run goes on until it is ended.
 */
export function treeAtWork(context: SessionContext, started?: StartedSidecar): Promise<readonly ProcessEntry[]> {
  const unjudged = aside(context, started)
  return control(async () => {
    const atWork = [...(await kernelOf(unjudged)), ...(await processesOfRun(unjudged))]
    return [...(await treeOf(unjudged.sidecar)), ...atWork]
  })
}

/** All processes of a sidecar: a control. */
export function treeOf({ process }: Pick<RunningSidecar, 'process'>): Promise<readonly ProcessEntry[]> {
  return control(async () => {
    expectThat(process !== undefined, 'a sidecar that the harness started', 'a URL')
    const tree = await snapshotTree(currentSystem(), [await process.identity])
    expectThat(tree.length > 0, 'a living process', 'none in the process table')
    return tree
  })
}

/** Expects that all of these have died within `boundMs`, stretched. Whoever has not is ended. */
export async function mustLeaveWhole(
  context: SessionContext,
  tree: readonly ProcessEntry[],
  boundMs: number,
  when: string,
): Promise<void> {
  try {
    await mustBeGone(tree, context, boundMs, when)
  } catch (error) {
    if (error instanceof Verdict) await killFromOutside(tree)
    throw error
  }
}

/** Expects the process to end within the bound of a stop; gives how. */
export async function mustExit(
  { sidecar, patience }: Pick<SessionContext, 'patience' | 'sidecar'>,
  why: string,
  boundMs: number = bounds.stopMs,
) {
  const waitMs = patience.stretch(boundMs)
  const exit = sidecar.process === undefined ? undefined : await within(waitMs, sidecar.process.exited)
  expectThat(exit !== undefined, `the process gone within ${Math.round(waitMs)} ms ${why}`, 'it is still there')
  return exit
}

async function kernelOf(context: SessionContext): Promise<ProcessEntry[]> {
  if (needsNotebook(context.capabilities) !== undefined) return []
  const notebook = await openNotebook(context)
  return [await processOf(printedBy(cellAt(await notebook.run(['prints-its-pid']), 0)))]
}

async function processesOfRun(context: SessionContext): Promise<ProcessEntry[]> {
  if (needsRuns(context.capabilities) !== undefined) return []
  const run = await startRun(context, 'leaves-two-and-waits')
  const pids = (await printed(run)).trim().split(/\s+/)
  return Promise.all(pids.map(processOf))
}
