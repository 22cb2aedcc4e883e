// Restarts that are asked for: a new process that is ready when the answer comes, and nothing of the old one in it.
import { bounds } from '../../../contracts/session/bounds.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import {
  cellAt,
  mustBeSkipped,
  mustComplete,
  mustEnd,
  mustNotKnow,
  needsNotebook,
  openNotebook,
  printedBy,
  traceable,
} from '../kernels.ts'
import { answerRules } from '../session/sessions.checks.ts'

export const restarts = check({
  id: 'session.kernel.restart',
  rule: 'MUST answer a restart when a cell can run: in a new process with the next generation, no names and count 0',
  covers: ['NB-06'],
  catches: [
    'kernel.restart-answers-early',
    'kernel.restart-keeps-names',
    'kernel.restart-keeps-the-process',
    'kernel.restart-counts-on',
    'kernel.counts-no-generations',
  ],
  scope: 'shared',
  skip: needsNotebook,
  owns: [{ rules: answerRules, operation: 'session.kernel.restart' }],
  async run(context) {
    await using notebook = await openNotebook(context)
    const first = await notebook.run(['prints-its-pid', 'sets-a-name'])
    const pids = [printedBy(cellAt(first, 0))]
    for (let time = 1; time <= restartTimes; time += 1) {
      const { body } = await context.client.restartKernel(notebook.ids)
      const { execution_count: count, generation, state } = body
      const expected = ['idle', notebook.kernel.generation + time, 0]
      expectSame([state, generation, count], expected, 'state, generation and count after a restart:')
      // At once: the race that this is about is lost by whoever answers too early.
      const batch = await notebook.send(['prints-its-pid', 'shows-a-name'])
      const cells = await batch.ended()
      mustEnd(cellAt(cells, 0), 'ok', 'normal')
      mustNotKnow(cellAt(cells, 1))
      expectSame(
        cells.map((cell) => cell.count),
        [1, 2],
        'the execution_count after a restart:',
      )
      pids.push(printedBy(cellAt(cells, 0)))
      await notebook.run(['sets-a-name'])
    }
    expectThat(
      new Set(pids).size === pids.length,
      'a new process after each restart',
      pids.join(' ').replaceAll('\n', ''),
    )
  },
})

/** That race is not lost every time. */
const restartTimes = 5

export const atOnce = check({
  id: 'session.kernel.restarts-at-once',
  rule: 'MUST answer two restarts at once with 200 each and end idle, one or two generations later, ready for cells',
  covers: ['NB-09'],
  catches: ['kernel.second-restart-kills-it', 'kernel.counts-no-generations'],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    const { client } = context
    await using notebook = await openNotebook(context)
    await notebook.run(['one-plus-one'])
    const both = await Promise.all([
      client.ask('restartKernel', notebook.ids),
      client.ask('restartKernel', notebook.ids),
    ])
    expectSame(
      both.map(({ status }) => status),
      [200, 200],
      'two restarts at once answer',
    )
    const { generation, state } = await notebook.settled()
    const { generation: before } = notebook.kernel
    const isLater = generation === before + 1 || generation === before + 2
    expectThat(
      state === 'idle' && isLater,
      `idle in generation ${before + 1} or ${before + 2}`,
      `${state} in ${generation}`,
    )
    const batch = await notebook.send(['one-plus-one'])
    await mustComplete(batch)
    mustEnd(cellAt(batch.cells(), 0), 'ok', 'normal')
  },
})

export const skipsWaiting = check({
  id: 'session.kernel.restart-in-a-batch',
  rule: 'MUST end a batch whose kernel is restarted: the cell `lost` by `kernel_restarted`, the others skipped, none run in the new generation, `complete`',
  covers: ['NB-07'],
  catches: [
    'kernel.replays-the-queue',
    'cells.lost-is-an-error',
    'kernel.counts-no-generations',
    'kernel.restart-answers-early',
  ],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    const { leaving, neverRan } = traceable()
    const batch = await control(() => notebook.send(['sleeps-a-minute', leaving, 'one-plus-one', 'one-plus-one']))
    await batch.began()
    const restart = context.client.restartKernel(notebook.ids)
    restart.catch(() => undefined)
    await batch.stream.next('cell_complete', { withinMs: bounds.cancelMs })
    await mustComplete(batch)
    mustEnd(cellAt(batch.cells(), 0), 'lost', 'kernel_restarted')
    mustBeSkipped(batch.cells().slice(1), 'kernel_restarted')
    const { generation, state } = (await restart).body
    expectSame([state, generation], ['idle', notebook.kernel.generation + 1], 'state and generation after the restart:')
    await neverRan(notebook)
  },
})
