// Interrupts: the cell ends and the kernel stays, unless its code does not listen; then the kernel is replaced.
import { bounds } from '../../../contracts/session/bounds.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import {
  cellAt,
  mustBeSkipped,
  mustComplete,
  mustEnd,
  mustInterrupt,
  type Notebook,
  needsInterrupt,
  openNotebook,
  shownBy,
} from '../kernels.ts'
import { answerRules } from '../session/sessions.checks.ts'

export const interrupts = check({
  id: 'session.kernel.interrupt',
  rule: 'MUST end an interrupted cell within 3 s as `cancelled_user`, skip the others as `cancelled`, and keep names and generation; where nothing runs, an interrupt changes nothing',
  covers: ['NB-04'],
  catches: [
    'kernel.ignores-interrupts',
    'kernel.interrupt-replaces-it',
    'cells.cancelled-is-an-error',
    'cells.run-on-after-error',
    'kernel.forgets-names',
  ],
  scope: 'shared',
  skip: needsInterrupt,
  owns: [{ rules: answerRules, operation: 'session.kernel.interrupt' }],
  async run(context) {
    await using notebook = await openNotebook(context)
    await control(async () => mustEnd(cellAt(await notebook.run(['sets-a-name']), 0), 'ok', 'normal'))
    expectSame((await context.client.ask('interruptKernel', notebook.ids)).status, 200, 'an interrupt at rest answers')
    for (const name of ['loops-forever', 'sleeps-a-minute']) {
      const batch = await control(() => notebook.send([name, 'one-plus-one']))
      await batch.began()
      await mustInterrupt(context, notebook, batch)
    }
    await mustHaveKept(notebook)
  },
})

export const interruptsAtOnce = check({
  id: 'session.kernel.interrupts-at-once',
  rule: 'MUST take two interrupts at once as one: both answer 200, the cell ends, the kernel is idle and keeps its names',
  covers: ['NB-09'],
  catches: [
    'kernel.ignores-interrupts',
    'kernel.interrupt-replaces-it',
    'kernel.refuses-the-second-interrupt',
    'cells.cancelled-is-an-error',
    'kernel.forgets-names',
  ],
  scope: 'shared',
  skip: needsInterrupt,
  async run(context) {
    const { client } = context
    await using notebook = await openNotebook(context)
    await control(async () => mustEnd(cellAt(await notebook.run(['sets-a-name']), 0), 'ok', 'normal'))
    const batch = await control(() => notebook.send(['sleeps-a-minute']))
    await batch.began()
    const both = await Promise.all([
      client.ask('interruptKernel', notebook.ids),
      client.ask('interruptKernel', notebook.ids),
    ])
    expectSame(
      both.map(({ status }) => status),
      [200, 200],
      'two interrupts at once answer',
    )
    await batch.stream.next('cell_complete', { withinMs: bounds.interruptMs })
    await mustComplete(batch)
    mustEnd(cellAt(batch.cells(), 0), 'cancelled', 'cancelled_user')
    await mustHaveKept(notebook)
  },
})

/** The same kernel, idle, with the name that was set before. */
async function mustHaveKept(notebook: Notebook): Promise<void> {
  const { generation, state } = await notebook.settled()
  const before = notebook.kernel
  expectSame([state, generation], ['idle', before.generation], 'state and generation after an interrupt:')
  const next = cellAt(await notebook.run(['shows-a-name']), 0)
  mustEnd(next, 'ok', 'normal')
  expectSame(shownBy(next), '5', 'the name after an interrupt:', next.at)
}

export const replacesDeaf = check({
  id: 'session.kernel.interrupt-swallowed',
  rule: 'MUST replace a kernel whose cell swallows the interrupt: not before `interrupt_grace_ms`, not later than 3 s after that, told as `kernel_restarted` with the next generation',
  covers: ['NB-05'],
  catches: [
    'kernel.leaves-the-deaf',
    'kernel.has-no-patience',
    'kernel.counts-no-generations',
    'kernel.ignores-interrupts',
    'kernel.replays-the-queue',
    'cells.lost-is-an-error',
  ],
  scope: 'shared',
  skip: needsInterrupt,
  async run(context) {
    await using notebook = await openNotebook(context)
    const batch = await control(() => notebook.send(['swallows-everything', 'one-plus-one']))
    await batch.printed('swallowing')
    const { exchange } = await context.client.interruptKernel(notebook.ids)
    const { graceMs, lateMs } = boundsOf(context)
    await batch.stream.next('cell_complete', { withinMs: bounds.interruptMs + graceMs })
    await mustComplete(batch)
    const cell = cellAt(batch.cells(), 0)
    mustEnd(cell, 'lost', 'kernel_restarted')
    // Both are true of the others: they were interrupted, and their kernel was replaced.
    mustBeSkipped(batch.cells().slice(1), 'kernel_restarted', 'cancelled')
    const tookMs = (cell.endedAtMs ?? 0) - exchange.sentAtMs
    const bound = `an end after ${graceMs} to ${Math.round(lateMs)} ms`
    expectThat(tookMs >= graceMs && tookMs <= lateMs, bound, `after ${Math.round(tookMs)} ms`, cell.at)
    const { generation, state } = await notebook.settled()
    expectSame([state, generation], ['idle', notebook.kernel.generation + 1], 'state and generation of the new kernel:')
    mustEnd(cellAt(await notebook.run(['one-plus-one']), 0), 'ok', 'normal')
  },
})

function boundsOf({ capabilities, patience }: SessionContext) {
  const graceMs = capabilities.notebook?.interrupt_grace_ms ?? 0
  return { graceMs, lateMs: patience.stretch(bounds.interruptMs + graceMs) }
}
