// What cells show: MIME bundles with their values intact, and no more of a flood than its limit allows.
import { bounds } from '../../../contracts/session/bounds.ts'
import { textOf } from '../../../contracts/session/notebook-output.ts'
import { program } from '../../../fixtures/programs/programs.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { askUntil } from '../ask-until.ts'
import { check } from '../context.ts'
import {
  type Cell,
  cellAt,
  mustEnd,
  mustInterrupt,
  needsInterrupt,
  needsNotebook,
  openNotebook,
  shownBy,
} from '../kernels.ts'

export const mimeBundles = check({
  id: 'session.cells.mime-bundles',
  rule: "MUST show values as MIME bundles: JSON as JSON, HTML and pictures as text, and `'1'` otherwise than `1`",
  covers: ['NB-03'],
  catches: ['cells.stringify-json', 'cells.strip-quotes', 'cells.lose-pictures', 'cells.drop-displays'],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    const cells = await notebook.run(['shows-a-string', 'shows-a-number', 'displays-json', 'displays-html-and-png'])
    for (const cell of cells) mustEnd(cell, 'ok', 'normal')
    for (const [place, expected] of ["'1'", '1'].entries()) {
      const cell = cellAt(cells, place)
      expectSame(shownBy(cell), expected, 'the result:', cell.at)
    }
    mustDisplay(cellAt(cells, 2), 'displays-json')
    mustDisplay(cellAt(cells, 3), 'displays-html-and-png')
  },
})

/** Expects each display that the program states, member for member but `text/plain`, whose words are free. */
function mustDisplay(cell: Cell, name: string): void {
  const displayed = displaysOf(cell)
  const { displays = [] } = program(name).outcome
  expectSame(displayed.length, displays.length, 'displays:', cell.at)
  for (const [place, expected] of displays.entries()) {
    for (const [type, value] of Object.entries(expected)) {
      if (type !== 'text/plain') expectSame(plain(displayed[place]?.[type]), plain(value), `${type}:`, cell.at)
    }
  }
}

function displaysOf({ outputs }: Pick<Cell, 'outputs'>): readonly Readonly<Record<string, unknown>>[] {
  return outputs.flatMap((output) => (output.output_type === 'display_data' ? [output.data ?? {}] : []))
}

/** nbformat may write a text in lines, and base64 may be broken and end with a line break. */
function plain(value: unknown): unknown {
  const isLines = Array.isArray(value) && value.every((line) => typeof line === 'string')
  const text = isLines ? textOf(value) : value
  return typeof text === 'string' ? text.trim().replaceAll('\n', '') : text
}

export const flushes = check({
  id: 'session.cells.flush',
  rule: 'MUST pass on what a cell prints within 1 s while the cell goes on',
  covers: ['SSE-05'],
  catches: ['cells.batches'],
  scope: 'shared',
  skip: needsNotebook,
  async run(context) {
    await using notebook = await openNotebook(context)
    const batch = await control(() => notebook.send(['prints-its-pid-and-waits']))
    await control(async () => {
      const { state } = await askUntil(notebook.now, ({ state }) => state === 'busy', bounds.answerMs)
      expectThat(state === 'busy', 'a kernel that works', state)
    })
    await control(() => batch.stream.first())
    await batch.stream.next('cell_output', { withinMs: bounds.firstBytesMs })
  },
})

export const boundsDisplays = check({
  id: 'session.cells.bound-displays',
  rule: 'SHOULD cut a flood of displays at `output_bytes` with one `output_truncated` of stream `display`, and stay interruptible',
  covers: ['NB-13'],
  catches: ['cells.flood', 'kernel.ignores-interrupts', 'cells.cancelled-is-an-error'],
  scope: 'shared',
  skip: needsInterrupt,
  async run(context) {
    await using notebook = await openNotebook(context)
    const batch = await control(() =>
      notebook.send(['floods-without-end'], { limits: { output_bytes: floodLimitBytes } }),
    )
    await batch.printed('flooded')
    await mustInterrupt(context, notebook, batch)
    const cell = cellAt(batch.cells(), 0)
    const shown = displaysOf(cell).flatMap((data) => Object.values(data).map(String))
    const bytes = shown.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    expectThat(bytes <= floodLimitBytes, `at most ${floodLimitBytes} bytes of displays`, `${bytes} bytes`, cell.at)
    expectSame(cell.truncated, ['display'], 'the streams that are told as truncated:', cell.at)
  },
})

const floodLimitBytes = 16 * 1024
