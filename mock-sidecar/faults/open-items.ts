// What a turn has open, so that a fault can close it and pretend that the turn went well.
import type { StreamEvent } from '../../contracts/core/grammar.ts'

export interface OpenItems {
  see(event: StreamEvent): void
  /** The events that close everything and complete the turn, numbered from `event` on. */
  closeWith(event: StreamEvent): StreamEvent[]
}

/** Begins to watch one turn. */
export function openItems(): OpenItems {
  const messages = new Map<string, string>()
  const consultations = new Map<string, string>()
  return {
    see(event) {
      const message = String(event['message_id'])
      const consultation = String(event['consultation_id'])
      if (event.type === 'companion_chunk')
        messages.set(message, (messages.get(message) ?? '') + String(event['delta']))
      if (event.type === 'companion_complete') messages.delete(message)
      if (event.type === 'consultation_start') consultations.set(consultation, String(event['expert_id']))
      if (event.type === 'consultation_complete' || event.type === 'consultation_error')
        consultations.delete(consultation)
    },
    closeWith({ seq, session_id, ts, turn_id }) {
      const closing = [
        ...[...messages].map(([message_id, text]) => ({ type: 'companion_complete', message_id, text })),
        ...[...consultations].map(([consultation_id, expert_id]) => ({
          type: 'consultation_complete',
          consultation_id,
          expert_id,
          summary: '',
          run_ids: [],
        })),
        { type: 'complete', finish_reason: 'stop' },
      ]
      return closing.map((event, place) => ({ ...event, seq: Number(seq) + place, session_id, turn_id, ts }))
    },
  }
}
