// What checks of notebooks begin with: a session with a kernel, batches of our programs, and what came of each cell.
import { bounds } from '../../contracts/session/bounds.ts'
import type { ExecutionResult, ExecutionStatus, ExitReason } from '../../contracts/session/execution-result.ts'
import type { Kernel } from '../../contracts/session/kernel.ts'
import type { AskedLimits } from '../../contracts/session/limits.ts'
import { type NotebookOutput, textOf } from '../../contracts/session/notebook-output.ts'
import { type Program, program } from '../../fixtures/programs/programs.ts'
import { Verdict } from '../../harness/verdict.ts'
import { control, expectThat } from '../expect.ts'
import { askUntil } from './ask-until.ts'
import type { SessionContext } from './context.ts'
import { openSession } from './turns.ts'

type CellsStream = Awaited<ReturnType<SessionContext['client']['streamCells']>>

/** A session with a kernel; both end with the block. */
export interface Notebook extends AsyncDisposable {
  readonly ids: { readonly session_id: string }
  /** The kernel as it was when it was idle for the first time. */
  readonly kernel: Kernel
  /** Sends a batch of programs, each a cell, by name or with values given. Throws a Verdict where it is refused. */
  send(programs: readonly (string | Program)[], options?: BatchOptions): Promise<Batch>
  /** Runs a batch to its end. A control: throws where not every cell is told to its end. */
  run(programs: readonly (string | Program)[], options?: BatchOptions): Promise<readonly Cell[]>
  /** How the kernel is now. */
  now(): Promise<Kernel>
  /** The kernel once it is idle or dead: a control, since that it must become so is said elsewhere. */
  settled(): Promise<Kernel>
}

export interface BatchOptions {
  readonly stopOnError?: boolean
  readonly limits?: AskedLimits
}

/** A batch that was sent. */
export interface Batch {
  readonly stream: CellsStream
  /** What came of each cell so far. */
  cells(): readonly Cell[]
  /** Waits until a cell runs: a control, since only then, and not when it has ended, there is something to judge. */
  began(place?: number): Promise<void>
  /** Waits until the cell that runs has printed this: a control. Gives all that it printed. */
  printed(part: string | RegExp): Promise<string>
  /** Waits for the end of the stream. */
  ended(): Promise<readonly Cell[]>
}

/** What came of one cell. */
export interface Cell {
  readonly id: string
  /** The exchange, the place in the batch and the program. */
  readonly at: string
  /** From `cell_start`; absent where it did not start. */
  readonly count: number | undefined
  readonly startedAtMs: number | undefined
  readonly outputs: readonly NotebookOutput[]
  /** The streams that an `output_truncated` named, one by one. */
  readonly truncated: readonly string[]
  readonly result: ExecutionResult | undefined
  readonly endedAtMs: number | undefined
  /** The reason of `cell_skipped`. */
  readonly skipped: string | undefined
}

/** Skips where the sidecar has no notebook. */
export function needsNotebook(capabilities: Readonly<Record<string, unknown>>): string | undefined {
  return capabilities['notebook'] === undefined ? 'the sidecar declares no notebook (`notebook`)' : undefined
}

/** Skips where the sidecar cannot interrupt. */
export function needsInterrupt(capabilities: Readonly<Record<string, unknown>>): string | undefined {
  const { interrupt } = (capabilities['notebook'] ?? {}) as { interrupt?: boolean }
  return needsNotebook(capabilities) ?? (interrupt ? undefined : 'the sidecar declares `notebook.interrupt` false')
}

/** Opens a session and starts its kernel: a control. */
export function openNotebook(context: Pick<SessionContext, 'client' | 'patience'>): Promise<Notebook> {
  return control(async () => {
    const ids = { session_id: await openSession(context) }
    await context.client.startKernel(ids)
    const notebook = notebookOf(context, ids)
    const kernel = await notebook.settled()
    expectThat(kernel.state === 'idle', 'a kernel that becomes idle', kernel.state)
    return { ...notebook, kernel }
  })
}

/** Expects that a cell ended so. */
export function mustEnd({ at, result, skipped }: Cell, status: ExecutionStatus, reason: ExitReason): void {
  const received = result === undefined ? (skipped === undefined ? 'no end' : `skipped ${skipped}`) : endingOf(result)
  expectThat(received === `${status}/${reason}`, `${status}/${reason}`, received, at)
}

/** Expects that these cells were left out for one of these reasons, and never started. */
export function mustBeSkipped(cells: readonly Cell[], ...reasons: readonly string[]): void {
  for (const { at, count, result, skipped } of cells) {
    const ended = result === undefined ? 'no end' : endingOf(result)
    const received = skipped ?? (count === undefined ? ended : `a start, then ${ended}`)
    const fits = count === undefined && skipped !== undefined && reasons.includes(skipped)
    expectThat(fits, `cell_skipped ${reasons.join(' or ')}`, received, at)
  }
}

/** Interrupts the first cell of a batch: it ends in time as `cancelled_user`, the others are skipped, and the stream completes. */
export async function mustInterrupt(
  { client, patience }: Pick<SessionContext, 'client' | 'patience'>,
  { ids }: Pick<Notebook, 'ids'>,
  batch: Batch,
): Promise<void> {
  const { exchange } = await client.interruptKernel(ids)
  await batch.stream.next('cell_complete', { withinMs: bounds.interruptMs })
  await mustComplete(batch)
  const [cell, ...rest] = batch.cells()
  if (cell === undefined) throw new RangeError('a batch without cells cannot be interrupted')
  mustEnd(cell, 'cancelled', 'cancelled_user')
  mustBeSkipped(rest, 'cancelled')
  const waitMs = patience.stretch(bounds.interruptMs)
  const tookMs = (cell.endedAtMs ?? 0) - exchange.sentAtMs
  expectThat(tookMs <= waitMs, `an end within ${Math.round(waitMs)} ms`, `after ${Math.round(tookMs)} ms`, cell.at)
}

/** Waits for the end of a batch; an `error` in place of `complete` is a broken rule. That there is an end at all is said elsewhere. */
export async function mustComplete({ stream }: Batch): Promise<void> {
  const terminal = await stream.ended()
  const { number } = stream.exchange
  const code = terminal?.type === 'error' ? terminal.error?.code : undefined
  expectThat(terminal?.type !== 'error', '`complete`', `\`error\` ${code}`, `exchange ${number}`)
}

/** Expects that a cell raised this exception and the kernel lives. */
export function mustRaise(cell: Cell, ename: string): void {
  mustEnd(cell, 'error', 'exception')
  const received = cell.result?.error?.ename
  expectThat(received === ename, ename, received ?? 'no exception', cell.at)
}

/** A program whose trace in the workspace tells whether it ever ran, and the expectation that it did not. */
export function traceable(): { readonly leaving: Program; neverRan(notebook: Pick<Notebook, 'run'>): Promise<void> } {
  const text = `trace ${crypto.randomUUID()}`
  return {
    leaving: program('writes-a-file', { TEXT: text }),
    async neverRan(notebook) {
      const read = cellAt(await notebook.run(['reads-a-file']), 0)
      expectThat(
        printedBy(read).trim() !== text,
        'no trace of a cell that must not run',
        'the file that it writes',
        read.at,
      )
    },
  }
}

/** Expects that a cell, which asks for a name, does not find it. */
export function mustNotKnow(cell: Cell): void {
  mustEnd(cell, 'error', 'exception')
}

/** What a cell printed to stdout. */
export function printedBy({ outputs }: Pick<Cell, 'outputs'>): string {
  return outputs
    .map((output) => (output.output_type === 'stream' && output.name === 'stdout' ? textOf(output.text) : ''))
    .join('')
}

/** The `repr` of the last expression of a cell: `text/plain` of its result. */
export function shownBy({ outputs }: Pick<Cell, 'outputs'>): string | undefined {
  const shown = outputs.find(({ output_type }) => output_type === 'execute_result')
  const text = shown?.output_type === 'execute_result' ? shown.data?.['text/plain'] : undefined
  return text === undefined ? undefined : textOf(text)
}

/** The cell at this place of a batch that ran: a control where there is none. */
export function cellAt(cells: readonly Cell[], place: number): Cell {
  const cell = cells[place]
  if (cell === undefined) throw new RangeError(`the batch has ${cells.length} cells, none at ${place}`)
  return cell
}

function notebookOf(
  { client, patience }: Pick<SessionContext, 'client' | 'patience'>,
  ids: Notebook['ids'],
): Omit<Notebook, 'kernel'> {
  const streams: CellsStream[] = []
  const now = async () => (await client.getKernel(ids)).body
  const send: Notebook['send'] = async (named, { limits, stopOnError } = {}) => {
    const programs = named.map((one) => (typeof one === 'string' ? program(one) : one))
    const stream = await client.streamCells(ids, {
      cells: programs.map(({ code }, place) => ({ cell_id: idOf(place), code })),
      ...(stopOnError === undefined ? {} : { stop_on_error: stopOnError }),
      ...(limits === undefined ? {} : { limits }),
    })
    streams.push(stream)
    return batchOf(stream, programs)
  }
  return {
    ids,
    send,
    now,
    run: (programs, options) =>
      control(async () => {
        const cells = await (await send(programs, options)).ended()
        for (const { at, result, skipped } of cells)
          expectThat(result !== undefined || skipped !== undefined, 'a cell that comes to an end', 'no end of it', at)
        return cells
      }),
    settled: () =>
      control(async () => {
        const isSettled = ({ state }: Kernel) => state === 'idle' || state === 'dead'
        const kernel = await askUntil(now, isSettled, patience.stretch(bounds.answerMs))
        expectThat(isSettled(kernel), 'a kernel that becomes idle', String(kernel.state))
        return kernel
      }),
    async [Symbol.asyncDispose]() {
      for (const stream of streams) stream.leave()
      await client.ask('endSession', ids).catch(passOver)
    },
  }
}

/** The verdict of a check stands before its notebook is put away. */
function passOver(error: unknown): void {
  if (!(error instanceof Verdict)) throw error
}

function idOf(place: number): string {
  return `cell-${place + 1}`
}

function batchOf(stream: CellsStream, programs: readonly Program[]): Batch {
  const cells = () => programs.map(({ name }, place) => cellOf(stream, idOf(place), name))
  return {
    stream,
    cells,
    began: (place = 0) =>
      control(async () => {
        await stream.next('cell_start', { where: ({ cell_id }) => cell_id === idOf(place) })
        const { at, result } = cellAt(cells(), place)
        expectThat(result === undefined, 'a cell that still runs', 'its end', at)
      }),
    printed: (part) => {
      const fits = (text: string) => (typeof part === 'string' ? text.includes(part) : part.test(text))
      const seen = new Set<unknown>()
      let text = ''
      const take = (event: { readonly output: NotebookOutput }) => {
        if (!seen.has(event)) text += printedBy({ outputs: [event.output] })
        seen.add(event)
        return fits(text)
      }
      return control(async () => {
        await stream.next('cell_output', { where: take })
        return text
      })
    },
    async ended() {
      await stream.ended()
      return cells()
    },
  }
}

function cellOf({ events, exchange }: CellsStream, id: string, name: string): Cell {
  const own = events.filter((event) => 'cell_id' in event && event.cell_id === id)
  const start = own.find(({ type }) => type === 'cell_start')
  const end = own.find(({ type }) => type === 'cell_complete')
  const skip = own.find(({ type }) => type === 'cell_skipped')
  return {
    id,
    at: `exchange ${exchange.number}, ${id} (${name})`,
    count: start?.type === 'cell_start' ? start.execution_count : undefined,
    startedAtMs: start?.atMs,
    outputs: own.flatMap((event) => (event.type === 'cell_output' ? [event.output] : [])),
    truncated: own.flatMap((event) => (event.type === 'output_truncated' ? [event.stream] : [])),
    result: end?.type === 'cell_complete' ? end.result : undefined,
    endedAtMs: end?.atMs,
    skipped: skip?.type === 'cell_skipped' ? skip.reason : undefined,
  }
}

function endingOf({ exit, status }: ExecutionResult): string {
  return `${status}/${exit?.reason}`
}
