// Numbers and times that not every reader of JSON reads alike.
import type { StreamEvent } from '../../contracts/core/grammar.ts'
import { newSession, reportSession, streamMessage } from '../../contracts/session/operations.ts'
import { type Fault, fault } from './fault.ts'

/** Writes one more member, which no schema knows, into each report. */
function inReports(id: string, says: string, member: string): Fault {
  return fault({
    id,
    says,
    on: [reportSession.id],
    body: (text, { status }, hit) => {
      if (status !== 200) return text
      hit()
      return `${text.slice(0, -1)},${member}}`
    },
  })
}

export const unsafeNumbers = inReports(
  'errors.unsafe-numbers',
  'Writes a number of 64 bits into its reports.',
  '"checksum":9007199254740993',
)
export const writesNan = inReports(
  'errors.writes-nan',
  'Writes NaN into its reports, as Python does unless told otherwise.',
  '"mean":NaN',
)

/** Changes the frame of each event of a type. */
function inFrames(id: string, says: string, type: string, change: (frame: string, event: StreamEvent) => string) {
  return fault({
    id,
    says,
    on: [streamMessage.id],
    frame: (frame, event, hit) => {
      if (event.type !== type) return frame
      hit()
      return change(frame, event)
    },
  })
}

export const unsafeNumbersInTurns = inFrames(
  'turn.unsafe-numbers',
  'Writes a number into `complete` that no double holds.',
  'complete',
  (frame) => frame.replace(/\}\n\n$/, ',"tokens":1e400}\n\n'),
)

export const nanInTurns = inFrames(
  'turn.writes-nan',
  'Sends an event of its own with an Infinity in it.',
  'start',
  (frame) => `${frame}event: usage\ndata: {"type":"usage","tokens_per_second":Infinity}\n\n`,
)

export const localTime = fault({
  id: 'session.local-time',
  says: 'Says without a zone when a session was made.',
  on: [newSession.id],
  body: (text, _head, hit) => {
    hit()
    return text.replace(/("created_at":"[^"]*)Z"/, '$1"')
  },
})
