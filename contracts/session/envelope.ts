// What stands on every event of a session/1 stream, and how an event is written on the wire.

import type { Envelope } from '../core/grammar.ts'
import { count, identifier, timestamp } from '../core/primitives.ts'

/** The envelope of a stream about one `turn_id`, `run_id` or `batch_id`. */
export function sessionEnvelope(subject: 'turn_id' | 'run_id' | 'batch_id'): Envelope {
  return {
    members: { seq: count.min(1), session_id: identifier, [subject]: identifier, ts: timestamp },
    sequence: 'seq',
    constant: ['session_id', subject],
    wireId: (event) => `${String(event[subject])}:${String(event['seq'])}`,
  }
}
