// Finds the session that a request is about.
import type { Call } from '../server/call.ts'
import { refusal } from './refusal.ts'
import type { Session, Store } from './store.ts'

/** The session of the request's path, also one that has ended. Throws a Refusal where there is none. */
export function findSession(store: Store, { parameters }: Call): Session {
  const session = store.sessions.get(parameters['session_id'] ?? '')
  if (session === undefined) throw refusal('SESSION_NOT_FOUND', 'there is no such session')
  return session
}

/** The same, of the sessions that go on. */
export function liveSession(store: Store, call: Call): Session {
  const session = findSession(store, call)
  if (session.endedAt !== undefined) throw refusal('SESSION_ENDED', `the session ended at ${session.endedAt}`)
  return session
}
