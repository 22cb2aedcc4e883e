// Ways in which cancelling a turn goes wrong.
import { cancelTurn, streamMessage } from '../../contracts/session/operations.ts'
import { fault } from './fault.ts'

const on = [cancelTurn.id]

export const cancelIgnored = fault({
  id: 'cancel.ignored',
  says: 'Answers 202 and lets the turn run on.',
  on,
  serve: (_call, _next, hit) => {
    hit()
    return { status: 202 }
  },
})

export const cancelUnknownAccepted = fault({
  id: 'cancel.accepts-unknown',
  says: 'Answers 202 for a turn that never was.',
  on,
  serve: async (call, next, hit) => {
    try {
      return await next(call)
    } catch (error) {
      if ((error as { problem?: { code?: string } }).problem?.code !== 'TURN_NOT_FOUND') throw error
      hit()
      return { status: 202 }
    }
  },
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
    const open = new Map<string, string>()
    return (event, send) => {
      if (event.type === 'companion_chunk') {
        const id = String(event['message_id'])
        open.set(id, (open.get(id) ?? '') + String(event['delta']))
      }
      if (event.type === 'companion_complete') open.delete(String(event['message_id']))
      if (event.type !== 'error' || (event['error'] as { code?: string }).code !== 'CANCELLED') return send(event)
      hit()
      const { session_id, ts, turn_id } = event
      let seq = Number(event['seq'])
      for (const [message_id, text] of open) {
        send({ type: 'companion_complete', seq: seq++, session_id, turn_id, ts, message_id, text })
      }
      send({ type: 'complete', seq, session_id, turn_id, ts })
    }
  },
})

export const cancelForgetsFinished = fault({
  id: 'cancel.forgets-finished',
  says: 'Answers 404 to the cancel of a turn that has finished.',
  on,
  serve: async (_call, _next, hit) => {
    hit()
    const type = 'urn:sidecar:error:turn-not-found'
    const title = 'There is no such turn'
    return {
      status: 404,
      body: { type, title, status: 404, code: 'TURN_NOT_FOUND', detail: 'no turn', retryable: false },
    }
  },
})
