// Ways in which sessions and their report go wrong.
import { endSession, newSession, reportSession, streamMessage } from '../../contracts/session/operations.ts'
import type { Call, PlainReply } from '../server/call.ts'
import { type Fault, fault } from './fault.ts'
import { whenRefused } from './when-refused.ts'

let counter = 0

const guessable = new Map<string, string>()
const real = new Map<string, string>()

export const sequentialIds = fault({
  id: 'session.sequential-ids',
  says: 'Names sessions session-1, session-2, …, and knows them by these names.',
  serve: (call, next, hit) => {
    const { session_id: asked } = call.parameters
    hit()
    return next(
      asked === undefined
        ? call
        : { ...call, parameters: { ...call.parameters, session_id: real.get(asked) ?? asked } },
    )
  },
  body: (text) => (text === '' ? text : JSON.stringify(renamed(JSON.parse(text) as object))),
  events: () => (event, send) => send(renamed(event)),
})

/** Its session, and that of the result in it, by the guessable name. */
function renamed<T extends object>(value: T): T {
  const { result, session_id: id } = value as { result?: object | null; session_id?: string }
  return {
    ...value,
    ...(id === undefined ? {} : { session_id: guessableFor(id) }),
    ...(result == null ? {} : { result: renamed(result) }),
  }
}

function guessableFor(id: string): string {
  const name = guessable.get(id) ?? `session-${guessable.size + 1}`
  guessable.set(id, name)
  real.set(name, id)
  return name
}

export const createdWith200 = changing(
  'session.created-with-200',
  'Answers 200 to the creation of a session.',
  newSession.id,
  (reply) => ({
    ...reply,
    status: 200,
  }),
)

export const createdWithoutWorkspace = changing(
  'session.created-without-workspace',
  'Leaves the workspace out of a new session.',
  newSession.id,
  (reply) => ({ ...reply, body: { ...(reply.body as object), workspace_id: undefined } }),
)

export const refusesExtraFields = fault({
  id: 'session.refuses-extra-fields',
  says: 'Answers 422 to a member it does not know.',
  on: [newSession.id],
  serve: (call, next, hit) => {
    const known = new Set(['chapter_id', 'locale', 'metadata'])
    if (Object.keys(call.body as object).every((member) => known.has(member))) return next(call)
    hit()
    const detail = 'there is an unknown member'
    const type = 'urn:sidecar:error:validation-failed'
    const body = { type, title: 'Invalid', status: 422, code: 'VALIDATION_FAILED', detail, retryable: false }
    return { status: 422, body }
  },
})

/** Gives each request for an unknown session the answer of a new one. */
function opening(id: string, says: string, on: string): Fault {
  return fault({
    id,
    says,
    on: [on],
    serve: whenRefused('SESSION_NOT_FOUND', (call) => {
      const ended = { session_id: call.parameters['session_id'], ended_at: new Date().toISOString() }
      return { status: 200, body: on === endSession.id ? ended : emptyReport(call) }
    }),
  })
}

function emptyReport({ parameters }: Call) {
  const updated_at = new Date().toISOString()
  return { session_id: parameters['session_id'], revision: 0, updated_at, title: '', sections: [] }
}

export const opensUnknown = opening(
  'session.opens-unknown',
  'Gives a report of a session that never was.',
  reportSession.id,
)
export const endsUnknown = opening('session.ends-unknown', 'Ends a session that never was.', endSession.id)

export const forgetsEnded = fault({
  id: 'session.forgets-ended',
  says: 'Answers 404 for a session that has ended.',
  head: (head, hit) => {
    if (head.status !== 410) return
    hit()
    head.status = 404
  },
  body: (text) =>
    text.includes('SESSION_ENDED')
      ? text
          .replace('SESSION_ENDED', 'SESSION_NOT_FOUND')
          .replace('session-ended', 'session-not-found')
          .replace('410', '404')
      : text,
})

export const servesEnded = fault({
  id: 'session.serves-ended',
  says: 'Gives the report of a session that has ended.',
  on: [reportSession.id],
  serve: whenRefused('SESSION_ENDED', (call) => ({ status: 200, body: emptyReport(call) })),
})

const ended = new Map<string, number>()

export const endFailsTwice = fault({
  id: 'session.second-end-fails',
  says: 'Answers the second end of a session with 410.',
  on: [endSession.id],
  serve: (call, next, hit) => {
    const id = call.parameters['session_id'] ?? ''
    const times = (ended.get(id) ?? 0) + 1
    ended.set(id, times)
    if (times === 1) return next(call)
    hit()
    const type = 'urn:sidecar:error:session-ended'
    return {
      status: 410,
      body: { type, title: 'Gone', status: 410, code: 'SESSION_ENDED', detail: 'it has ended', retryable: false },
    }
  },
})

export const endMovesTime = changing(
  'session.end-moves-its-time',
  'Gives another `ended_at` each time.',
  endSession.id,
  (reply) => {
    counter += 1
    const ended_at = new Date(Date.now() + counter * 1000).toISOString()
    return { ...reply, body: { ...(reply.body as object), ended_at } }
  },
)

const talking = new Set<string>()

export const endLeavesTurn = fault({
  id: 'session.end-leaves-the-turn',
  says: 'Ends the session and lets its turn run on.',
  on: [endSession.id, streamMessage.id],
  events: () => (event, send) => {
    if (event.type === 'start') talking.add(String(event['session_id']))
    if (event.type === 'complete' || event.type === 'error') talking.delete(String(event['session_id']))
    send(event)
  },
  serve: (call, next, hit) => {
    const session_id = call.parameters['session_id'] ?? ''
    if (call.operation.id !== endSession.id || !talking.has(session_id)) return next(call)
    hit()
    return { status: 200, body: { session_id, ended_at: new Date().toISOString() } }
  },
})

export const takesSecondTurn = fault({
  id: 'session.takes-a-second-turn',
  says: 'Streams a second turn while one runs.',
  on: [streamMessage.id],
  serve: whenRefused('TURN_IN_PROGRESS', ({ parameters }) => {
    const ids = { session_id: parameters['session_id'] ?? '', turn_id: 'second', ts: new Date().toISOString() }
    return {
      status: 200,
      stream: async (send) => {
        await send({ type: 'start', seq: 1, ...ids })
        await send({ type: 'complete', seq: 2, ...ids })
      },
    }
  }),
})

export const reportFalls = changing('report.revision-falls', 'Counts revisions down.', reportSession.id, (reply) => {
  counter += 1
  return { ...reply, body: { ...(reply.body as object), revision: 1_000_000 - counter } }
})

export const reportStands = changing(
  'report.never-changes',
  'Gives the same report whatever was said.',
  reportSession.id,
  (reply) => ({
    ...reply,
    body: { ...(reply.body as object), revision: 0, sections: [] },
  }),
)

/** Changes a good reply of one operation. */
function changing(id: string, says: string, on: string, change: (reply: PlainReply) => PlainReply): Fault {
  return fault({
    id,
    says,
    on: [on],
    head: (head, hit) => {
      if (head.status >= 300) return
      hit()
      head.status = change({ status: head.status }).status
    },
    body: (text, head) =>
      head.status >= 300 ? text : JSON.stringify(change({ status: head.status, body: JSON.parse(text) }).body),
  })
}
