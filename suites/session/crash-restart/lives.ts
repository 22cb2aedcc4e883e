// One life of a sidecar after another over the same data directory: what was left in the first, and what the next must show of it.
import { fillPath, pathParameters } from '../../../contracts/core/operation.ts'
import { bounds } from '../../../contracts/session/bounds.ts'
import type { ExecutionResult } from '../../../contracts/session/execution-result.ts'
import { program } from '../../../fixtures/programs/programs.ts'
import { finish, say } from '../../../harness/model/script.ts'
import type { RunningSidecar } from '../../../harness/sidecar.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import type { SessionContext } from '../context.ts'
import { expectProblem } from '../expect-problem.ts'
import { needsNotebook } from '../kernels.ts'
import { awkwardText, worksFully } from '../process/smoke.ts'
import { mustStart } from '../process/starts.ts'
import { mustLeaveWhole, treeOf } from '../process/trees.ts'
import { requiredBody, usableOperations } from '../requests.ts'
import { idsOf, needsRuns, runToEnd } from '../runs.ts'
import { sendScripted, wholeTextsIn } from '../turns.ts'

/** What a session holds when its sidecar is killed. */
export interface Left {
  readonly sessionId: string
  readonly report: unknown
  /** A run that had ended, and what it came to. */
  readonly run?: { readonly run_id: string; readonly result: ExecutionResult }
  /** A run that had not. */
  readonly cutOff?: { readonly run_id: string }
}

/** Opens a session and leaves in it a turn, a file in its workspace, and a run that has ended: a control. */
export function leaveBehind(context: SessionContext): Promise<Left> {
  return control(async () => {
    const { sessionId, turn } = await sendScripted(context, [say('Remember this.'), finish()])
    await turn.ended()
    const { body: report } = await context.client.reportSession({ session_id: sessionId })
    if (needsRuns(context.capabilities) !== undefined) return { sessionId, report }
    const writing = program('writes-a-file', { TEXT: awkwardText })
    const { result, run } = await runToEnd(context, writing, { sessionId })
    const { run_id } = await idsOf(run)
    return { sessionId, report, run: { run_id, result } }
  })
}

/** Kills the process that was started, waits until nothing of its tree is left, and starts another with the same data directory and port. */
export async function nextLife(context: SessionContext): Promise<SessionContext> {
  const { dataDir = '', ready } = context.sidecar
  await kill(context)
  const next = await mustStart(context, { dataDir, port: Number(ready?.['port']) }, 'after a kill')
  const { body } = await next.client.health()
  expectSame(body.boot_id, next.sidecar.ready?.['boot_id'], 'the boot_id of the ready line')
  expectThat(body.boot_id !== ready?.['boot_id'], 'a new boot_id', 'that of the life before')
  return next
}

/** Kills the process that was started, as a crash does, and waits until nothing of its tree is left. */
export async function kill(
  context: SessionContext,
  sidecar: Pick<RunningSidecar, 'process'> = context.sidecar,
): Promise<void> {
  const tree = await treeOf(sidecar)
  sidecar.process?.signal('SIGKILL')
  await sidecar.process?.exited
  await mustLeaveWhole(context, tree, bounds.orphanMs, 'the kill')
}

/** Expects of the next life what it declares: sessions that are back, or ids that nobody knows; and that a new session works. */
export async function mustGoOn(context: SessionContext, left: Left): Promise<void> {
  if (context.capabilities.sessions.durable) await mustBeBack(context, left)
  else await mustBeUnknown(context, left)
  await worksFully(context)
}

/** Every operation that names a session answers 404: none fails, none hangs. */
async function mustBeUnknown(context: SessionContext, { cutOff, run, sessionId }: Left): Promise<void> {
  const known = { session_id: sessionId, run_id: cutOff?.run_id ?? run?.run_id ?? 'unknown' }
  for (const operation of usableOperations(context)) {
    const names = pathParameters(operation.path)
    if (!names.includes('session_id')) continue
    const parameters = Object.fromEntries(names.map((name) => [name, known[name as keyof typeof known] ?? 'unknown']))
    const body = operation.input === undefined ? {} : { body: JSON.stringify(requiredBody(operation)) }
    const request = { method: operation.method, path: fillPath(operation.path, parameters), operation, ...body }
    expectProblem(await context.client.send(request), 'SESSION_NOT_FOUND')
  }
}

/** The report, the workspace and what has ended are as they were; what was cut off is lost; nothing runs, nothing is busy. */
async function mustBeBack(context: SessionContext, left: Left): Promise<void> {
  const { client } = context
  const ids = { session_id: left.sessionId }
  const { body: report } = await client.reportSession(ids)
  expectSame(told(report), told(left.report), 'the report of a durable session:')
  if (left.run !== undefined) await runsMustBeBack(context, left)
  if (needsNotebook(context.capabilities) === undefined) await kernelMustBeIdle(context, left)
  const { turn } = await sendScripted(context, [say('It goes on.'), finish()], { sessionId: left.sessionId })
  await turn.ended()
  expectSame(wholeTextsIn(turn), 'It goes on.', 'the text of the next turn:')
  await client.endSession(ids)
}

/** What a report says; its revision and time may have gone on. */
function told(report: unknown): unknown {
  const { sections, title } = report as { sections: unknown; title: unknown }
  return { sections, title }
}

async function runsMustBeBack(context: SessionContext, { cutOff, run, sessionId }: Left): Promise<void> {
  const { client } = context
  const ids = { session_id: sessionId }
  const read = await runToEnd(context, 'reads-a-file', { sessionId })
  expectSame(read.result.stdout.head.trim(), awkwardText, 'the file in the workspace of a durable session:')
  if (run !== undefined) {
    const { body } = await client.getRun({ ...ids, run_id: run.run_id })
    expectSame([body.state, body.result], ['finished', run.result], 'a run that had ended:')
  }
  if (cutOff !== undefined) {
    const { body } = await client.getRun({ ...ids, run_id: cutOff.run_id })
    const received = [body.state, body.result?.status, body.result?.exit.reason]
    expectSame(received, ['finished', 'lost', 'sidecar_restarted'], 'a run that was cut off:')
  }
}

/** A kernel of the life before is not busy for ever: none is there, or it is idle or dead, and cells run in a new one. */
async function kernelMustBeIdle(context: SessionContext, { sessionId }: Left): Promise<void> {
  const ids = { session_id: sessionId }
  const found = await context.client.ask('getKernel', ids)
  if (found.status === 200) {
    const { state } = found.body as { state: string }
    expectThat(state === 'idle' || state === 'dead', 'a kernel that is idle or dead', state)
    await context.client.stopKernel(ids)
  } else expectProblem(found, 'KERNEL_NOT_FOUND')
  await context.client.startKernel(ids)
  const stream = await context.client.streamCells(ids, {
    cells: [{ cell_id: 'a', code: program('one-plus-one').code }],
  })
  const { result } = await stream.next('cell_complete')
  await stream.ended()
  expectSame(result.status, 'ok', 'a cell after the kill ends')
}
