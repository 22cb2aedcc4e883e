// The kernel of a session: started once, told on request, stopped, reset; one batch at a time.

import { fillPath, type Operation } from '../../../contracts/core/operation.ts'
import type { ProblemCode } from '../../../contracts/core/problem-codes.ts'
import { bounds } from '../../../contracts/session/bounds.ts'
import { sessionContract } from '../../../contracts/session/contract.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import { expectProblem } from '../expect-problem.ts'
import {
  cellAt,
  mustBeSkipped,
  mustComplete,
  mustEnd,
  mustNotKnow,
  needsNotebook,
  openNotebook,
  printedBy,
} from '../kernels.ts'
import { mustBeGone, processOf } from '../processes.ts'
import { answerRules } from '../session/sessions.checks.ts'
import { openSession } from '../turns.ts'

export const starts = check({
  id: 'session.kernel.start',
  rule: 'MUST start one kernel for a session: 201, then 200 with the same one, also when asked twice at once',
  covers: ['NB-14'],
  catches: ['kernel.start-is-always-201', 'kernel.second-start-is-another'],
  scope: 'shared',
  skip: needsNotebook,
  owns: [{ rules: answerRules, operation: 'session.kernel.start' }],
  async run(context) {
    const { client } = context
    await using notebook = await openNotebook(context)
    const again = await client.ask('startKernel', notebook.ids)
    expectSame(again.status, 200, 'the second start answers')
    expectSame(kernelIdOf(again.body), notebook.kernel.kernel_id, 'the kernel of the second start:')
    const ids = { session_id: await control(() => openSession(context)) }
    const both = await Promise.all([client.ask('startKernel', ids), client.ask('startKernel', ids)])
    expectSame(both.map(({ status }) => status).sort(), [200, 201], 'two starts at once answer')
    const [one, other] = both.map(({ body }) => kernelIdOf(body))
    expectSame(other, one, 'two starts at once give')
    await client.ask('endSession', ids)
  },
})

function kernelIdOf(body: unknown): unknown {
  return (body as { kernel_id?: unknown } | null | undefined)?.kernel_id
}

export const tells = check({
  id: 'session.kernel.get',
  rule: 'MUST tell how the kernel is: `idle` with count 0 at first, `busy` while a cell runs, then `idle` again',
  covers: ['NB-14'],
  catches: ['kernel.never-busy', 'kernel.stays-busy'],
  scope: 'shared',
  skip: needsNotebook,
  owns: [{ rules: answerRules, operation: 'session.kernel.get' }],
  async run(context) {
    await using notebook = await openNotebook(context)
    const { execution_count: count, kernel_id: id } = notebook.kernel
    expectSame(count, 0, 'the execution_count of a new kernel:')
    const batch = await control(() => notebook.send(['naps']))
    await batch.began()
    const during = await notebook.now()
    await batch.ended()
    const after = await notebook.now()
    expectSame([during.state, after.state], ['busy', 'idle'], 'the states during a batch and after it:')
    expectSame([during.kernel_id, after.kernel_id], [id, id], 'the kernel during a batch and after it:')
  },
})

export const stops = check({
  id: 'session.kernel.stop',
  rule: 'MUST end the process of a kernel that is stopped, and answer 204, also where there is none',
  covers: ['NB-14', 'NB-12'],
  catches: [
    'kernel.stop-needs-a-kernel',
    'kernel.outlives-its-session',
    'kernel.stop-forgets-nothing',
    'kernel.starts-by-itself',
    'kernel.missing-is-500',
  ],
  scope: 'shared',
  skip: needsNotebook,
  owns: [{ rules: answerRules, operation: 'session.kernel.stop' }],
  async run(context) {
    const { client } = context
    await using notebook = await openNotebook(context)
    const cells = await notebook.run(['prints-its-pid'])
    const process = await control(() => processOf(printedBy(cellAt(cells, 0))))
    for (const time of ['first', 'second'])
      expectSame((await client.ask('stopKernel', notebook.ids)).status, 204, `the ${time} stop answers`)
    expectProblem(await client.ask('getKernel', notebook.ids), 'KERNEL_NOT_FOUND')
    await mustBeGone([process], context, bounds.cancelMs, 'the stop of the kernel')
    const anew = await client.ask('startKernel', notebook.ids)
    expectSame(anew.status, 201, 'a start after the stop answers')
  },
})

export const stopsInABatch = check({
  id: 'session.kernel.stop-in-a-batch',
  rule: 'MUST end a batch whose kernel is stopped: the cell `cancelled_user`, the others skipped, `dead`, then `complete`',
  covers: ['NB-15'],
  catches: ['kernel.stop-hides-the-death', 'cells.cancelled-is-an-error'],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    const batch = await control(() => notebook.send(['sleeps-a-minute', 'one-plus-one', 'one-plus-one']))
    await batch.began()
    const stop = context.client.ask('stopKernel', notebook.ids)
    stop.catch(() => undefined)
    await batch.stream.next('cell_complete', { withinMs: bounds.cancelMs })
    await mustComplete(batch)
    mustEnd(cellAt(batch.cells(), 0), 'cancelled', 'cancelled_user')
    mustBeSkipped(batch.cells().slice(1), 'cancelled')
    const states = batch.stream.events.flatMap((event) => (event.type === 'kernel_status' ? [event.state] : []))
    expectSame(states.at(-1), 'dead', 'the last state:')
    expectSame((await stop).status, 204, 'the stop answers')
  },
})

export const needsOne = check({
  id: 'session.kernel.unknown',
  rule: 'MUST answer 404 KERNEL_NOT_FOUND where a session has no kernel, 404 SESSION_NOT_FOUND where there is no session, and 410 SESSION_ENDED where it has ended',
  covers: ['NB-14', 'SES-02'],
  catches: [
    'kernel.starts-by-itself',
    'kernel.missing-is-500',
    'kernel.serves-ended-sessions',
    'session.forgets-ended',
  ],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    const session_id = await control(() => openSession(context))
    const ended = await control(() => openSession(context))
    await control(() => context.client.endSession({ session_id: ended }))
    const needing = kernelOperations.filter(({ errors }) => errors.includes('KERNEL_NOT_FOUND'))
    await mustRefuse(context, needing, session_id, 'KERNEL_NOT_FOUND')
    await mustRefuse(context, kernelOperations, 'no-such-session', 'SESSION_NOT_FOUND')
    await mustRefuse(context, kernelOperations, ended, 'SESSION_ENDED')
  },
})

const kernelOperations: readonly Operation[] = Object.values(sessionContract.operations).filter(({ path }) =>
  path.includes('/kernel'),
)

async function mustRefuse(
  { client }: SessionContext,
  operations: readonly Operation[],
  session_id: string,
  code: ProblemCode,
): Promise<void> {
  for (const { input, method, path } of operations) {
    const body = input === undefined ? {} : { body: JSON.stringify({ cells: [{ cell_id: 'a', code: '1' }] }) }
    expectProblem(await client.send({ method, path: fillPath(path, { session_id }), ...body }), code)
  }
}

export const resets = check({
  id: 'session.kernel.reset',
  rule: 'MUST clear the names of a kernel that is reset, in the same process, and let its count go on',
  covers: ['NB-15'],
  catches: ['kernel.reset-keeps-names', 'kernel.reset-raises-the-generation', 'kernel.reset-counts-anew'],
  scope: 'shared',
  skip: needsNotebook,
  owns: [{ rules: answerRules, operation: 'session.kernel.reset' }],
  async run(context) {
    await using notebook = await openNotebook(context)
    const first = await notebook.run(['sets-a-name', 'prints-its-pid'])
    const before = await notebook.now()
    const { body } = await context.client.resetKernel(notebook.ids)
    const cells = await notebook.run(['prints-its-pid', 'shows-a-name'])
    await control(async () => mustEnd(cellAt(first, 0), 'ok', 'normal'))
    const { execution_count: count, generation } = before
    expectSame(
      [body.state, body.execution_count, body.generation],
      ['idle', count, generation],
      'the answer of a reset:',
    )
    expectSame(printedBy(cellAt(cells, 0)), printedBy(cellAt(first, 1)), 'the pid after a reset:')
    mustNotKnow(cellAt(cells, 1))
    expectSame(
      cells.map((cell) => cell.count),
      [count + 1, count + 2],
      'the execution_count after a reset:',
    )
  },
})

export const oneBatch = check({
  id: 'session.kernel.one-batch-at-a-time',
  rule: 'MUST answer a second batch, or a reset, during a batch with 409 KERNEL_BUSY and go on with the first',
  covers: ['NB-15'],
  catches: ['kernel.takes-a-second-batch', 'kernel.refusal-ends-the-batch'],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    const { client } = context
    const batch = await control(() => notebook.send(['naps', 'one-plus-one']))
    await batch.began()
    const refused = [
      await client.ask('streamCells', notebook.ids, { cells: [{ cell_id: 'another', code: '1 + 1' }] }),
      await client.ask('resetKernel', notebook.ids),
    ]
    const wasRunning = batch.cells().every(({ result }) => result === undefined)
    await control(async () => expectThat(wasRunning, 'a cell that still runs', 'its end'))
    for (const answer of refused) expectProblem(answer, 'KERNEL_BUSY')
    await mustComplete(batch)
    for (const cell of batch.cells()) mustEnd(cell, 'ok', 'normal')
    expectSame(printedBy(cellAt(batch.cells(), 0)), 'rested\n', 'the first batch prints')
  },
})
