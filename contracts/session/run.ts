// A run of code in the user's or the expert's lane: its events and their grammar.
import { z } from 'zod'
import { many, sequence } from '../core/expression.ts'
import { type EventOf, grammar } from '../core/grammar.ts'
import { count } from '../core/primitives.ts'
import { Problem } from '../core/problem.ts'
import { sessionEnvelope } from './envelope.ts'
import { ExecutionResult, reasonsByStatus } from './execution-result.ts'
import { outputLaws, standardStreams } from './output-laws.ts'
import { cancelIsTold, endingAgrees, resultBelongs } from './result-laws.ts'

const standardStream = z.enum(standardStreams)

export const runEvents = {
  start: {},
  run_output: { stream: standardStream, text: z.string().min(1) },
  output_truncated: { stream: standardStream, dropped_bytes: count.min(1) },
  run_complete: { result: ExecutionResult },
  complete: {},
  error: { error: Problem },
} as const

export const runGrammar = grammar({
  name: 'run',
  envelope: sessionEnvelope('run_id'),
  events: runEvents,
  opens: 'start',
  body: sequence(many('run_output', 'output_truncated'), 'run_complete'),
  ends: { complete: 'closed', error: 'anywhere' },
  laws: [
    ...outputLaws({
      printed: (event) =>
        event.type === 'run_output' ? { stream: String(event['stream']), text: String(event['text']) } : undefined,
      truncates: standardStreams,
      closes: 'run_complete',
    }),
    // No kernel runs it, and a stream does not outlive its sidecar.
    resultBelongs('run_complete', { lanes: ['user', 'expert'], never: reasonsByStatus.lost }),
    endingAgrees('run_complete'),
    cancelIsTold('run_complete', { reasons: reasonsByStatus.cancelled, resultFirst: true }),
  ],
})

/** A decoded event of a run, told apart by `type`. */
export type RunEvent = EventOf<typeof runGrammar>
