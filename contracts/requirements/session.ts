// SES: sessions, from the first request to what a restart leaves of them.
import { area } from './area.ts'

export const sessionRequirements = area('all', [
  {
    id: 'SES-01',
    level: 'MUST',
    contracts: ['session/1'],
    says: 'A new session is answered with 201, its workspace, its time and an id that nobody can guess and that never comes again.',
    breaks: 'ids that count up or are short, 200, a body without the workspace',
  },
  {
    id: 'SES-02',
    level: 'MUST',
    contracts: ['session/1'],
    says: 'On every route an unknown session is 404 `SESSION_NOT_FOUND`, and on every route but `end` an ended one is 410 `SESSION_ENDED`.',
    breaks: '500, an empty 200, a session created in passing',
  },
  {
    id: 'SES-03',
    level: 'MUST',
    contracts: ['session/1'],
    says: 'Ending a session gives the same answer every time, ends its streams with `error` CANCELLED, reason `session_ended`, and frees its kernel and its workspace.',
    breaks: 'an orphaned kernel, 500 at the second end, a stream left open',
  },
  {
    id: 'SES-04',
    level: 'MUST',
    contracts: ['session/1'],
    says: 'No session sees the files, names, events or environment of another.',
    breaks: 'a variable or a file of one session shows in the next',
  },
  {
    id: 'SES-05',
    level: 'MUST',
    contracts: ['session/1'],
    says: 'A second message during a turn is 409 `TURN_IN_PROGRESS`, and the first turn goes on.',
    breaks: 'answers that mix, a turn that is lost',
  },
  {
    id: 'SES-06',
    level: 'SHOULD',
    contracts: ['session/1'],
    says: 'Members of a request that the sidecar does not know are ignored.',
    breaks: 'a newer desktop is refused for one extra member',
  },
  {
    id: 'SES-07',
    level: 'MUST',
    contracts: ['session/1'],
    says: 'The dynamic report of a session changes with its turns, and its revision never falls.',
    breaks: 'a report that stays as it was at the start, a revision that begins anew',
  },
  {
    id: 'SES-08',
    level: 'MUST',
    contracts: ['session/1'],
    says: 'After a kill and a start with the same data directory, durable sessions are back with workspace and report, nothing in them running and what was cut off `lost` as `sidecar_restarted`; the ids of others are 404 `SESSION_NOT_FOUND`.',
    breaks: '500 or a hang on an old id, a session that stays busy for ever, `durable` declared and nothing kept',
  },
])
