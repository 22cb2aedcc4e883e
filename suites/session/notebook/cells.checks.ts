// Cells: what they know of each other, how they are counted and named, what follows a cell that fails.
import { control, expectSame, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import { expectProblem, isProblem } from '../expect-problem.ts'
import {
  cellAt,
  mustBeSkipped,
  mustComplete,
  mustEnd,
  mustRaise,
  needsNotebook,
  openNotebook,
  shownBy,
  traceable,
} from '../kernels.ts'
import { answerRules } from '../session/sessions.checks.ts'

export const keepsNames = check({
  id: 'session.cells.keep-names',
  rule: 'MUST keep names from cell to cell and from batch to batch, and count each cell that runs, also one that fails',
  covers: ['NB-01'],
  catches: ['kernel.forgets-names', 'kernel.counts-no-failures'],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    const cells = [
      ...(await notebook.run(['sets-a-name', 'shows-a-name', 'raises-value-error'])),
      ...(await notebook.run(['shows-a-name'])),
    ]
    mustEnd(cellAt(cells, 0), 'ok', 'normal')
    mustEnd(cellAt(cells, 2), 'error', 'exception')
    for (const cell of [cellAt(cells, 1), cellAt(cells, 3)]) {
      mustEnd(cell, 'ok', 'normal')
      expectSame(shownBy(cell), '5', 'the name that the first cell set:', cell.at)
    }
    expectSame(
      cells.map(({ count }) => count),
      [1, 2, 3, 4],
      'the execution_count of each cell:',
    )
    expectSame((await notebook.now()).execution_count, 4, 'the execution_count of the kernel:')
  },
})

export const stopsOnError = check({
  id: 'session.cells.stop-on-error',
  rule: 'MUST skip all cells after one that failed as `after_error` unless `stop_on_error` is false; then run them all',
  covers: ['NB-10'],
  catches: ['cells.run-on-after-error', 'cells.never-run-on', 'cells.skip-for-another-reason'],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    const { leaving, neverRan } = traceable()
    const byDefault = await notebook.run(['divides-by-zero', leaving, 'one-plus-one'])
    const asked = await notebook.run(['has-a-syntax-error', leaving], { stopOnError: true })
    const goingOn = await notebook.run(['raises-value-error', 'sets-a-name', 'one-plus-one'], { stopOnError: false })
    for (const cells of [byDefault, asked]) {
      mustEnd(cellAt(cells, 0), 'error', 'exception')
      mustBeSkipped(cells.slice(1), 'after_error')
    }
    mustEnd(cellAt(goingOn, 0), 'error', 'exception')
    for (const cell of goingOn.slice(1)) mustEnd(cell, 'ok', 'normal')
    await neverRan(notebook)
  },
})

export const failuresAreResults = check({
  id: 'session.cells.failures-are-results',
  rule: 'MUST tell what a cell raises, SystemExit with a code too, as `error` by `exception`, and go on in the same kernel',
  covers: ['EXE-01', 'NB-10'],
  catches: [
    'cells.exit-ends-the-kernel',
    'cells.failure-is-the-end',
    'cells.failure-without-exception',
    'kernel.forgets-names',
  ],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    await control(async () => mustEnd(cellAt(await notebook.run(['sets-a-name']), 0), 'ok', 'normal'))
    for (const [name, ename] of Object.entries(raised)) {
      const batch = await notebook.send([name])
      await mustComplete(batch)
      const cell = cellAt(batch.cells(), 0)
      await control(async () =>
        expectThat(cell.result !== undefined, 'a cell that comes to an end', 'no end of it', cell.at),
      )
      mustRaise(cell, ename)
    }
    const last = cellAt(await notebook.run(['shows-a-name']), 0)
    mustEnd(last, 'ok', 'normal')
    expectSame(shownBy(last), '5', 'the name that was set before:', last.at)
    expectSame((await notebook.now()).generation, notebook.kernel.generation, 'the generation:')
  },
})

/** Programs and what they raise in a cell. */
const raised = {
  'exits-three': 'SystemExit',
  'divides-by-zero': 'ZeroDivisionError',
  'has-a-syntax-error': 'SyntaxError',
}

export const noInput = check({
  id: 'session.cells.no-stdin',
  rule: 'MUST let `input()` fail at once in a cell',
  covers: ['EXE-10'],
  catches: ['run.gives-stdin'],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    const batch = await control(() => notebook.send(['asks-for-input']))
    await control(() => batch.stream.next('cell_start'))
    await batch.stream.next('cell_complete', { withinMs: atOnceMs })
    await batch.ended()
    mustEnd(cellAt(batch.cells(), 0), 'error', 'exception')
  },
})

/** "At once" for code that must not wait: what the harness waits, the contract names no bound. */
const atOnceMs = 3_000

export const takesEmpty = check({
  id: 'session.cells.take-an-empty-batch',
  rule: 'MUST take a batch without cells and complete it',
  covers: ['NB-16'],
  catches: ['cells.refuse-an-empty-batch'],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    await notebook.run(['one-plus-one'])
    const batch = await notebook.send([])
    await mustComplete(batch)
    const cell = cellAt(await notebook.run(['one-plus-one']), 0)
    expectSame(cell.count, 2, 'the execution_count after an empty batch:', cell.at)
  },
})

export const refuses = check({
  id: 'session.cells.refuse',
  rule: 'MUST refuse a batch that names two cells alike, or asks for more than a declared maximum, with 422 and a pointer, and run none of it',
  covers: ['NB-16'],
  catches: ['cells.take-twins', 'cells.refuse-twins-without-pointer', 'limits.take-any', 'errors.no-pointers'],
  scope: 'shared',
  skip: needsNotebook,
  owns: [{ rules: answerRules, operation: 'session.cells.stream' }],
  async run(context) {
    await using notebook = await openNotebook(context)
    await notebook.run(['one-plus-one'])
    const { leaving, neverRan } = traceable()
    const cells = ['a', 'a'].map((cell_id) => ({ cell_id, code: leaving.code }))
    const twins = await context.client.ask('streamCells', notebook.ids, { cells })
    expectProblem(twins, 'VALIDATION_FAILED')
    mustPointTo(twins.body, '#/cells')
    const { max } = context.capabilities.limits?.wall_ms ?? {}
    if (max !== undefined) {
      const asked = { cells: cells.slice(1), limits: { wall_ms: max + 1 } }
      const tooLong = await context.client.ask('streamCells', notebook.ids, asked)
      expectProblem(tooLong, 'VALIDATION_FAILED')
      mustPointTo(tooLong.body, '#/limits/wall_ms')
    }
    await neverRan(notebook)
  },
})

function mustPointTo(body: unknown, pointer: string): void {
  if (!isProblem(body)) return
  const { errors = [] } = body as { errors?: readonly { readonly pointer?: string }[] }
  const pointers = errors.map(({ pointer }) => String(pointer))
  expectThat(
    pointers.some((one) => one.startsWith(pointer)),
    `a pointer to ${pointer}`,
    pointers.join(', ') || 'none',
  )
}
