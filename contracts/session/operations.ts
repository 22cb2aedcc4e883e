// The operations of session/1: sessions, their report and chat turns here, code and notebooks in files of their own.
import { z } from 'zod'
import { commonOperations } from '../core/common-operations.ts'
import { empty, eventStream, json, operation } from '../core/operation.ts'
import { count, identifier, timestamp } from '../core/primitives.ts'
import { Capabilities } from './capabilities.ts'
import * as kernelOperations from './kernel-operations.ts'
import * as runOperations from './run-operations.ts'
import { turnGrammar } from './turn.ts'

export const newSession = operation({
  id: 'session.new',
  says: 'Open a session with a workspace of its own.',
  method: 'POST',
  path: '/api/session/new',
  input: z
    .looseObject({
      chapter_id: identifier.optional(),
      locale: z.string().optional(),
      metadata: z.looseObject({}).optional(),
    })
    .meta({ id: 'NewSession' }),
  output: json(
    z
      .looseObject({ session_id: identifier, created_at: timestamp, workspace_id: identifier })
      .meta({ id: 'SessionCreated' }),
    201,
  ),
  errors: [],
})

export const endSession = operation({
  id: 'session.end',
  says: 'End a session and everything that runs in it. Ending it again gives the same answer.',
  method: 'POST',
  path: '/api/session/{session_id}/end',
  output: json(z.looseObject({ session_id: identifier, ended_at: timestamp }).meta({ id: 'SessionEnded' })),
  errors: ['SESSION_NOT_FOUND'],
})

export const reportSession = operation({
  id: 'session.report',
  says: 'Give the report that grows with the session; its revision never falls.',
  method: 'GET',
  path: '/api/session/{session_id}/dynamic-report',
  output: json(
    z
      .looseObject({
        session_id: identifier,
        revision: count,
        updated_at: timestamp,
        title: z.string(),
        sections: z.array(z.looseObject({ section_id: identifier, title: z.string(), markdown: z.string() })),
      })
      .meta({ id: 'DynamicReport' }),
  ),
  errors: ['SESSION_NOT_FOUND', 'SESSION_ENDED'],
})

export const streamMessage = operation({
  id: 'session.message.stream',
  says: 'Take one user message and stream the turn that answers it.',
  method: 'POST',
  path: '/api/session/{session_id}/message/stream',
  input: z
    .looseObject({ message: z.string().min(1), client_message_id: identifier.optional() })
    .meta({ id: 'Message' }),
  output: eventStream(turnGrammar),
  errors: [
    'SESSION_NOT_FOUND',
    'SESSION_ENDED',
    'DUPLICATE_REQUEST',
    'IDEMPOTENCY_MISMATCH',
    'TURN_IN_PROGRESS',
    'UPSTREAM_FAILED',
    'TIMEOUT',
  ],
})

export const cancelTurn = operation({
  id: 'session.turn.cancel',
  says: 'Cancel a turn. 202 whatever its state; an outcome that is there stays.',
  method: 'POST',
  path: '/api/session/{session_id}/turns/{turn_id}/cancel',
  output: empty(202),
  errors: ['SESSION_NOT_FOUND', 'SESSION_ENDED', 'TURN_NOT_FOUND'],
})

export const operations = {
  ...commonOperations('session', 'session/1', Capabilities),
  newSession,
  endSession,
  reportSession,
  streamMessage,
  cancelTurn,
  ...runOperations,
  ...kernelOperations,
} as const
