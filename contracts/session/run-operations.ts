// The operations of code runs: in the user's lane and the expert's lane. Served where `runs` is declared.
import { z } from 'zod'
import { empty, eventStream, json, operation } from '../core/operation.ts'
import { identifier, timestamp } from '../core/primitives.ts'
import { expertIsNamed, limitsWithinMaxima } from './body-rules.ts'
import { ExecutionResult } from './execution-result.ts'
import { AskedLimits } from './limits.ts'
import { runGrammar } from './run.ts'

const capability = 'runs'

export const streamRun = operation({
  id: 'session.run.stream',
  says: 'Run code in the lane of the user or of an expert and stream what it prints. `expert_id` is required in the lane of an expert.',
  method: 'POST',
  path: '/api/session/{session_id}/runs/stream',
  input: z
    .looseObject({
      lane: z.enum(['user', 'expert']),
      language: z.literal('python'),
      code: z.string(),
      expert_id: identifier.optional(),
      tools: z.array(z.string()).optional(),
      limits: AskedLimits.optional(),
      client_run_id: identifier.optional(),
    })
    .meta({ id: 'RunRequest' }),
  bodyRules: [expertIsNamed, limitsWithinMaxima],
  output: eventStream(runGrammar),
  errors: [
    'SESSION_NOT_FOUND',
    'SESSION_ENDED',
    'EXPERT_NOT_FOUND',
    'TOOL_NOT_ALLOWED',
    'DUPLICATE_REQUEST',
    'IDEMPOTENCY_MISMATCH',
    'LIMIT_EXCEEDED',
  ],
  capability,
})

export const getRun = operation({
  id: 'session.run.get',
  says: 'Say how far a run has come, and how it ended.',
  method: 'GET',
  path: '/api/session/{session_id}/runs/{run_id}',
  output: json(
    z
      .discriminatedUnion('state', [
        z.looseObject({ run_id: identifier, state: z.enum(['queued', 'running']), result: z.null() }),
        z.looseObject({ run_id: identifier, state: z.literal('finished'), result: ExecutionResult }),
      ])
      .meta({ id: 'Run' }),
  ),
  errors: ['SESSION_NOT_FOUND', 'SESSION_ENDED', 'RUN_NOT_FOUND'],
  capability,
})

export const logRun = operation({
  id: 'session.run.log',
  says: 'Give the structured log of a run: one `started` and one `finished` record, no code and no secrets.',
  method: 'GET',
  path: '/api/session/{session_id}/runs/{run_id}/log',
  output: json(
    z
      .looseObject({
        run_id: identifier,
        records: z.array(
          z.looseObject({
            ts: timestamp,
            level: z.string().min(1),
            event: z.enum(['queued', 'started', 'limit', 'truncated', 'cancelled', 'finished']),
            fields: z.looseObject({}),
          }),
        ),
      })
      .meta({ id: 'RunLog' }),
  ),
  errors: ['SESSION_NOT_FOUND', 'SESSION_ENDED', 'RUN_NOT_FOUND'],
  capability,
})

export const cancelRun = operation({
  id: 'session.run.cancel',
  says: 'Cancel a run. 202 whatever its state; an outcome that is there stays.',
  method: 'POST',
  path: '/api/session/{session_id}/runs/{run_id}/cancel',
  output: empty(202),
  errors: ['SESSION_NOT_FOUND', 'SESSION_ENDED', 'RUN_NOT_FOUND'],
  capability,
})
