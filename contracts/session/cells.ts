// A batch of notebook cells: its events and their grammar. A status of the kernel stands between cells, never inside one.
import { z } from 'zod'
import { between, choice, each, many, sequence } from '../core/expression.ts'
import { type EventOf, grammar, type StreamEvent } from '../core/grammar.ts'
import { count, identifier } from '../core/primitives.ts'
import { Problem } from '../core/problem.ts'
import { countsFollow, skipsFollow } from './cell-laws.ts'
import { sessionEnvelope } from './envelope.ts'
import { ExecutionResult } from './execution-result.ts'
import { kernelState } from './kernel.ts'
import { generationEndsItsCells, generationsFollow, statesFrame } from './kernel-laws.ts'
import { NotebookOutput, textOf } from './notebook-output.ts'
import { outputLaws, standardStreams } from './output-laws.ts'
import { cancelIsTold, endingAgrees, resultBelongs } from './result-laws.ts'

const truncatedStreams = [...standardStreams, 'display'] as const

export const cellsEvents = {
  start: {},
  kernel_status: { state: kernelState, generation: count },
  cell_start: { cell_id: identifier, execution_count: count },
  cell_output: { cell_id: identifier, output: NotebookOutput },
  output_truncated: {
    cell_id: identifier,
    stream: z.enum(truncatedStreams),
    dropped_bytes: count.min(1),
  },
  cell_complete: { cell_id: identifier, result: ExecutionResult },
  cell_skipped: {
    cell_id: identifier,
    reason: z.enum(['after_error', 'kernel_died', 'kernel_restarted', 'cancelled']),
  },
  complete: {},
  error: { error: Problem },
} as const

const cell = choice(sequence('cell_start', many('cell_output', 'output_truncated'), 'cell_complete'), 'cell_skipped')

export const cellsGrammar = grammar({
  name: 'cells',
  envelope: sessionEnvelope('batch_id'),
  events: cellsEvents,
  opens: 'start',
  body: sequence('kernel_status', between(each('cell_id', cell, 1), many('kernel_status')), 'kernel_status'),
  ends: { complete: 'closed', error: 'anywhere' },
  laws: [
    ...outputLaws({ key: 'cell_id', printed: printedBy, truncates: truncatedStreams, closes: 'cell_complete' }),
    resultBelongs('cell_complete', {
      lanes: ['cell'],
      execution: {
        says: '<batch_id>:<cell_id>',
        of: (event) => `${String(event['batch_id'])}:${String(event['cell_id'])}`,
      },
      // A stream does not outlive its sidecar; SystemExit in a cell is an exception, and a kernel that exits has died.
      never: ['sidecar_restarted', 'nonzero_exit'],
    }),
    endingAgrees('cell_complete'),
    // An interrupt and the end of a kernel that was asked for are `cancelled_user`: results, after which the batch completes.
    cancelIsTold('cell_complete', {
      reasons: ['cancelled_disconnect', 'cancelled_session_ended', 'cancelled_shutdown'],
      resultFirst: false,
    }),
    statesFrame,
    generationsFollow,
    generationEndsItsCells,
    countsFollow,
    skipsFollow,
  ],
})

/** A decoded event of a batch, told apart by `type`. */
export type CellsEvent = EventOf<typeof cellsGrammar>

function printedBy(event: StreamEvent): { stream: string; text: string } | undefined {
  if (event.type !== 'cell_output') return undefined
  const output = event['output'] as NotebookOutput
  return output.output_type === 'stream' ? { stream: output.name, text: textOf(output.text) } : undefined
}
