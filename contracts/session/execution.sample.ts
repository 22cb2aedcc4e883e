// Results and streams of runs and batches, put together for tests.
import type { StreamEvent } from '../core/grammar.ts'
import { problem } from '../core/problem.ts'
import type { ProblemCode } from '../core/problem-codes.ts'
import type { ExecutionResult, ExitReason } from './execution-result.ts'
import { reasonsByStatus } from './execution-result.ts'

export type Told = readonly [type: string, members?: object]

/** The events of a run of `run-1`, from `start` on. */
export function run(...told: readonly Told[]): StreamEvent[] {
  return stream({ run_id: 'run-1' }, told)
}

/** The events of the batch `batch-1`, from `start` on. */
export function batch(...told: readonly Told[]): StreamEvent[] {
  return stream({ batch_id: 'batch-1' }, told)
}

export const complete: Told = ['complete']

export function error(code: ProblemCode): Told {
  return ['error', { error: problem(code, 'It went wrong.') }]
}

/** A result that ended for this reason, as a run in the user's lane tells it; `more` stands in place of members. */
export function result(reason: ExitReason, more: object = {}): ExecutionResult {
  const { status } = statusOf(reason)
  return {
    execution_id: 'run-1',
    session_id: 'session-1',
    lane: 'user',
    status,
    exit: { code: codes[reason] ?? null, signal: reason === 'signal' ? 'SIGKILL' : null, reason },
    error: reason === 'exception' ? { ename: 'ValueError', evalue: 'no', traceback: ['ValueError: no'] } : null,
    limit: status === 'limit' ? { name: limits[reason], value: 100, observed: 101, enforcement: 'watchdog' } : null,
    usage: { wall_ms: 12, cpu_ms: 8, max_rss_bytes: 4096 },
    stdout: captured(),
    stderr: captured(),
    kernel_generation: null,
    execution_count: null,
    ...more,
  } as ExecutionResult
}

/** A stream that was kept whole, or of which `dropped` bytes are missing between `head` and `tail`. */
export function captured(head = '', tail = '', dropped = 0) {
  const bytes = Buffer.byteLength(head) + Buffer.byteLength(tail) + dropped
  return { head, tail, bytes_total: bytes, truncated: dropped > 0, invalid_utf8: false }
}

/** A cell that starts with this count, prints, and ends for this reason. */
export function cell(id: string, reason: ExitReason, options: CellOptions = {}): Told[] {
  const { count = 1, generation = 1, more = {}, shows = [] } = options
  const named = { execution_id: `batch-1:${id}`, lane: 'cell', kernel_generation: generation, execution_count: count }
  const ending = statusOf(reason).status === 'lost' ? {} : { exit: { code: null, signal: null, reason } }
  return [
    ['cell_start', { cell_id: id, execution_count: count }],
    ...shows.map(([type, members]): Told => [type, { cell_id: id, ...members }]),
    ['cell_complete', { cell_id: id, result: result(reason, { ...named, ...ending, ...more }) }],
  ]
}

export interface CellOptions {
  readonly count?: number
  readonly generation?: number
  /** What it shows before it ends, without its id. */
  readonly shows?: readonly Told[]
  /** Members of its result. */
  readonly more?: object
}

/** What an output of nbformat looks like as an event of a cell. */
export function shown(output: object): Told {
  return ['cell_output', { output }]
}

export function printed(text: string | readonly string[], name = 'stdout'): Told {
  return shown({ output_type: 'stream', name, text })
}

export function skipped(id: string, reason: string): Told {
  return ['cell_skipped', { cell_id: id, reason }]
}

export function status(state: string, generation = 1): Told {
  return ['kernel_status', { state, generation }]
}

/** Every reason with the status that it belongs to. */
export const endings = Object.entries(reasonsByStatus).flatMap(([name, reasons]) =>
  reasons.map((reason) => ({ status: name as ExecutionResult['status'], reason })),
)

function statusOf(reason: ExitReason) {
  return endings.find((ending) => ending.reason === reason) ?? { status: 'internal' as const }
}

const codes: Partial<Record<ExitReason, number>> = { normal: 0, nonzero_exit: 3 }

const limits: Partial<Record<ExitReason, string>> = {
  timeout_wall: 'wall_ms',
  timeout_cpu: 'cpu_ms',
  memory: 'memory_bytes',
  processes: 'processes',
}

function stream(subject: object, told: readonly Told[]): StreamEvent[] {
  return [['start'] as Told, ...told].map(([type, members], at) => ({
    type,
    seq: at + 1,
    session_id: 'session-1',
    ...subject,
    ts: '2026-01-31T23:59:59.000Z',
    ...members,
  }))
}
