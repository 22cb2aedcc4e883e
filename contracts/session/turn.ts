// The chat turn: its events and their grammar. Event names are the seed's and frozen.
import { z } from 'zod'
import { interleaved, oneOrMore, span } from '../core/expression.ts'
import { type EventOf, grammar } from '../core/grammar.ts'
import { agrees, joined } from '../core/law.ts'
import { identifier } from '../core/primitives.ts'
import { Problem } from '../core/problem.ts'
import { sessionEnvelope } from './envelope.ts'

const finishReasons = ['stop', 'length', 'content_filter', 'tool_limit', 'other'] as const

export const turnEvents = {
  start: {},
  companion_chunk: { message_id: identifier, delta: z.string().min(1) },
  companion_complete: { message_id: identifier, text: z.string() },
  consultation_start: { consultation_id: identifier, expert_id: identifier, task: z.string() },
  consultation_complete: {
    consultation_id: identifier,
    expert_id: identifier,
    summary: z.string(),
    run_ids: z.array(identifier),
  },
  consultation_error: { consultation_id: identifier, expert_id: identifier, error: Problem },
  complete: { finish_reason: z.enum(finishReasons).optional() },
  error: { error: Problem },
} as const

export const turnGrammar = grammar({
  name: 'turn',
  envelope: sessionEnvelope('turn_id'),
  events: turnEvents,
  opens: 'start',
  body: interleaved(
    span('message_id', oneOrMore('companion_chunk'), { closes: ['companion_complete'] }),
    span('consultation_id', 'consultation_start', { closes: ['consultation_complete', 'consultation_error'] }),
  ),
  ends: { complete: 'closed', error: 'anywhere' },
  laws: [
    joined('message_id', ['companion_chunk', 'delta'], ['companion_complete', 'text']),
    agrees('consultation_id', 'expert_id'),
  ],
})

/** A decoded event of a turn, told apart by `type`. */
export type TurnEvent = EventOf<typeof turnGrammar>
