// A batch that is cancelled: by a client that leaves, or by the end of its session. The work itself stops.
import { bounds } from '../../../contracts/session/bounds.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { askUntil } from '../ask-until.ts'
import { check } from '../context.ts'
import { cellAt, mustEnd, needsNotebook, openNotebook, traceable } from '../kernels.ts'

export const stopsOnDisconnect = check({
  id: 'session.cells.stop-on-disconnect',
  rule: 'MUST stop the running cell within 2 s after its client has closed the connection, run none of the others, and take the next batch',
  covers: ['SSE-16'],
  catches: ['run.ignores-disconnect', 'kernel.stays-busy'],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    const waitMs = context.patience.stretch(bounds.cancelMs)
    await using notebook = await openNotebook(context)
    const { leaving, neverRan } = traceable()
    const batch = await control(() => notebook.send(['sleeps-a-minute', leaving]))
    await batch.began()
    batch.stream.leave()
    const { state } = await askUntil(notebook.now, ({ state }) => state !== 'busy', waitMs)
    expectThat(state !== 'busy', `a kernel that has stopped within ${Math.round(waitMs)} ms`, 'it is still busy')
    await notebook.settled()
    await neverRan(notebook)
  },
})

export const endsWithSession = check({
  id: 'session.cells.end-with-the-session',
  rule: 'MUST end a batch within 2 s of the end of its session with `error` CANCELLED, reason `session_ended`; a cell that is told is `cancelled_session_ended`',
  covers: ['SES-03', 'SSE-17'],
  catches: ['run.outlives-its-session', 'cells.hide-why-cancelled', 'cells.cancelled-completes'],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    const batch = await control(() => notebook.send(['sleeps-a-minute', 'one-plus-one']))
    await batch.began()
    const end = context.client.ask('endSession', notebook.ids)
    end.catch(() => undefined)
    const { error } = await batch.stream.next('error', { withinMs: bounds.cancelMs })
    expectSame([error?.code, error?.context?.['reason']], ['CANCELLED', 'session_ended'], 'code and reason:')
    await batch.ended()
    // Before `error` an open cell may be closed or left open.
    const cell = cellAt(batch.cells(), 0)
    if (cell.result !== undefined) mustEnd(cell, 'cancelled', 'cancelled_session_ended')
    expectSame((await end).status, 200, 'the end answers')
  },
})
