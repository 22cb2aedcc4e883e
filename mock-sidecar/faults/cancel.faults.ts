// Ways in which cancelling a turn goes wrong.

import type { StreamEvent } from '../../contracts/core/grammar.ts'
import { cancelTurn, streamMessage } from '../../contracts/session/operations.ts'
import { fault } from './fault.ts'
import { openItems } from './open-items.ts'
import { whenRefused } from './when-refused.ts'

const on = [cancelTurn.id]

/** The turns that a fault has seen, and how far they came. */
function seenTurns(): { readonly known: Set<string>; readonly finished: Set<string>; see(event: StreamEvent): void } {
  const known = new Set<string>()
  const finished = new Set<string>()
  return {
    known,
    finished,
    see({ turn_id: turnId, type }) {
      known.add(String(turnId))
      if (type === 'complete' || type === 'error') finished.add(String(turnId))
    },
  }
}

const ignored = seenTurns()

export const cancelIgnored = fault({
  id: 'cancel.ignored',
  says: 'Answers 202 and lets the turn run on.',
  on: [cancelTurn.id, streamMessage.id],
  events: () => (event, send) => {
    ignored.see(event)
    send(event)
  },
  serve: (call, next, hit) => {
    if (call.operation.id !== cancelTurn.id || !ignored.known.has(call.parameters['turn_id'] ?? '')) return next(call)
    hit()
    return { status: 202 }
  },
})

export const cancelUnknownAccepted = fault({
  id: 'cancel.accepts-unknown',
  says: 'Answers 202 for a turn that never was.',
  on,
  serve: whenRefused('TURN_NOT_FOUND', () => ({ status: 202 })),
})

const cancelled = new Set<string>()

export const cancelNotIdempotent = fault({
  id: 'cancel.refuses-the-second',
  says: 'Answers the second cancel of a turn with 404.',
  on,
  serve: (call, next, hit) => {
    const turn = call.parameters['turn_id'] ?? ''
    if (!cancelled.has(turn)) {
      cancelled.add(turn)
      return next(call)
    }
    hit()
    return next({ ...call, parameters: { ...call.parameters, turn_id: 'gone' } })
  },
})

export const cancelWithoutReason = fault({
  id: 'cancel.hides-its-reason',
  says: 'Ends a cancelled turn without saying why.',
  on: [streamMessage.id],
  events: (hit) => (event, send) => {
    const error = event['error'] as { code?: string; context?: unknown } | undefined
    if (event.type !== 'error' || error?.code !== 'CANCELLED') return send(event)
    hit()
    const { context: _context, ...rest } = error
    send({ ...event, error: rest })
  },
})

export const cancelLooksLikeSuccess = fault({
  id: 'cancel.looks-like-success',
  says: 'Ends a cancelled turn with `complete`.',
  on: [streamMessage.id],
  events: (hit) => {
    const open = openItems()
    return (event, send) => {
      open.see(event)
      if (event.type !== 'error' || (event['error'] as { code?: string }).code !== 'CANCELLED') return send(event)
      hit()
      for (const closing of open.closeWith(event)) send(closing)
    }
  },
})

const forgotten = seenTurns()

export const cancelForgetsFinished = fault({
  id: 'cancel.forgets-finished',
  says: 'Answers 404 to the cancel of a turn that has finished.',
  on: [cancelTurn.id, streamMessage.id],
  events: () => (event, send) => {
    forgotten.see(event)
    send(event)
  },
  serve: (call, next, hit) => {
    if (call.operation.id !== cancelTurn.id || !forgotten.finished.has(call.parameters['turn_id'] ?? ''))
      return next(call)
    hit()
    return next({ ...call, parameters: { ...call.parameters, turn_id: 'forgotten' } })
  },
})

const foreign = seenTurns()

export const cancelFindsForeign = fault({
  id: 'cancel.finds-foreign-turns',
  says: 'Cancels a turn of another session.',
  on: [cancelTurn.id, streamMessage.id],
  events: () => (event, send) => {
    foreign.see(event)
    send(event)
  },
  serve: whenRefused(
    'TURN_NOT_FOUND',
    () => ({ status: 202 }),
    ({ parameters }) => foreign.known.has(parameters['turn_id'] ?? ''),
  ),
})
