// Kernels that die: by what a cell does, or killed from outside. It is noticed, told, and repaired so often and no more.
import { bounds } from '../../../contracts/session/bounds.ts'
import type { Kernel } from '../../../contracts/session/kernel.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { askUntil } from '../ask-until.ts'
import { check, type SessionContext } from '../context.ts'
import { expectProblem } from '../expect-problem.ts'
import {
  cellAt,
  mustBeSkipped,
  mustComplete,
  mustEnd,
  type Notebook,
  needsNotebook,
  openNotebook,
  printedBy,
  traceable,
} from '../kernels.ts'
import { killFromOutside, processOf } from '../processes.ts'

export const diesInACell = check({
  id: 'session.kernel.dies-in-a-cell',
  rule: 'MUST tell a cell that brings its kernel down as `lost` by `kernel_died`, skip the others, complete, and be ready for the next batch',
  covers: ['EXE-02', 'NB-07'],
  catches: [
    'run.misses-a-death',
    'kernel.replays-the-queue',
    'kernel.stays-dead',
    'cells.lost-is-an-error',
    'kernel.counts-no-generations',
  ],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    const { leaving, neverRan } = traceable()
    await notebook.run(['one-plus-one'])
    for (const name of ['exits-hard', 'segfaults', 'aborts']) {
      const batch = await control(() => notebook.send([name, leaving]))
      await mustBeLost(context, notebook, batch)
    }
    await neverRan(notebook)
    expectSame((await context.client.ask('health')).status, 200, '/health answers')
  },
})

/** The first cell is lost in time, the others are skipped, and the next generation is idle. */
async function mustBeLost(
  context: SessionContext,
  notebook: Notebook,
  batch: Awaited<ReturnType<Notebook['send']>>,
): Promise<void> {
  await batch.stream.next('cell_complete', { withinMs: bounds.kernelDeathMs })
  await mustComplete(batch)
  mustEnd(cellAt(batch.cells(), 0), 'lost', 'kernel_died')
  mustBeSkipped(batch.cells().slice(1), 'kernel_died')
  await mustBeReplaced(context, notebook, generationIn(batch) ?? notebook.kernel.generation)
}

/** The generation in which the batch began. */
function generationIn({ stream }: Awaited<ReturnType<Notebook['send']>>): number | undefined {
  const [status] = stream.events.filter(({ type }) => type === 'kernel_status')
  return status?.type === 'kernel_status' ? status.generation : undefined
}

/** The next generation, idle. Where it is declared that nothing is restarted the kernel is dead, and is restarted by request. */
async function mustBeReplaced(
  { capabilities, client }: SessionContext,
  notebook: Notebook,
  generation: number,
): Promise<void> {
  const { generation: next, state } = await notebook.settled()
  if (capabilities.notebook?.max_restarts === 0) {
    expectSame(state, 'dead', 'a kernel that is never restarted is')
    return void (await client.restartKernel(notebook.ids))
  }
  expectSame([state, next], ['idle', generation + 1], 'state and generation after the death:')
}

export const killedInACell = check({
  id: 'session.kernel.killed-in-a-cell',
  rule: 'MUST notice within 5 s that the kernel was killed from outside during a batch, and tell it as `kernel_died`',
  covers: ['NB-07', 'NB-08'],
  catches: ['run.misses-a-death', 'kernel.replays-the-queue', 'kernel.stays-dead'],
  scope: 'own',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    const { leaving, neverRan } = traceable()
    const batch = await control(() => notebook.send(['prints-its-pid-and-waits', leaving, 'one-plus-one']))
    const printed = await batch.printed(/\d+\s/)
    await killFromOutside([await control(() => processOf(printed))])
    await mustBeLost(context, notebook, batch)
    await neverRan(notebook)
  },
})

export const boundsRestarts = check({
  id: 'session.kernel.bounded-restarts',
  rule: 'MUST notice within 5 s that an idle kernel was killed and restart it, `max_restarts` times in a row, after which it is `dead`; a restart by request revives it and clears the count',
  covers: ['NB-08'],
  catches: [
    'run.misses-a-death',
    'kernel.stays-dead',
    'kernel.restarted-for-ever',
    'kernel.forgives-nothing',
    'kernel.dead-runs-cells',
  ],
  scope: 'own',
  skip: needsNotebook,
  async run(context) {
    const { capabilities, client } = context
    const maxRestarts = capabilities.notebook?.max_restarts ?? 0
    await using notebook = await openNotebook(context)
    let { generation } = notebook.kernel
    for (let time = 1; time <= maxRestarts; time += 1) {
      const kernel = await killAtRest(context, notebook, generation)
      generation += 1
      expectSame([kernel.state, kernel.generation], ['idle', generation], `state and generation after kill ${time}:`)
    }
    expectSame(
      (await killAtRest(context, notebook, generation)).state,
      'dead',
      `the state after kill ${maxRestarts + 1}:`,
    )
    await mustBeDead(context, notebook)
    const { body } = await client.restartKernel(notebook.ids)
    expectSame(
      [body.state, body.generation],
      ['idle', generation + 1],
      'state and generation after a restart by request:',
    )
    mustEnd(cellAt(await notebook.run(['one-plus-one']), 0), 'ok', 'normal')
    const again = maxRestarts === 0 ? 'dead' : 'idle'
    expectSame((await killAtRest(context, notebook, body.generation)).state, again, 'the state after one more kill:')
  },
})

/** Kills the process of an idle kernel; resolves with the kernel once that was noticed and it has settled. */
async function killAtRest(context: SessionContext, notebook: Notebook, generation: number): Promise<Kernel> {
  const cells = await notebook.run(['prints-its-pid'])
  const process = await control(() => processOf(printedBy(cellAt(cells, 0))))
  await notebook.settled()
  await killFromOutside([process])
  const waitMs = context.patience.stretch(bounds.kernelDeathMs)
  const isNoticed = (kernel: Kernel) => kernel.state !== 'idle' || kernel.generation !== generation
  const noticed = await askUntil(notebook.now, isNoticed, waitMs)
  expectThat(
    isNoticed(noticed),
    `a death that is noticed within ${Math.round(waitMs)} ms`,
    `${noticed.state} in generation ${generation}`,
  )
  return notebook.settled()
}

/** Cells and reset fail, start, get and interrupt answer, and it stays dead. */
async function mustBeDead({ client }: SessionContext, { ids, now }: Notebook): Promise<void> {
  expectProblem(await client.ask('streamCells', ids, { cells: [] }), 'KERNEL_DIED')
  expectProblem(await client.ask('resetKernel', ids), 'KERNEL_DIED')
  for (const name of ['startKernel', 'getKernel', 'interruptKernel'] as const)
    expectSame((await client.ask(name, ids)).status, 200, `${name} on a dead kernel answers`)
  expectSame((await now()).state, 'dead', 'the state after that:')
}
