// What a session sidecar remembers: sessions, their turns, their report, the code that runs in them.
import { randomUUID } from 'node:crypto'
import type { Random } from '../../contracts/core/random.ts'
import type { TakenIds } from './client-ids.ts'

export interface Turn {
  readonly id: string
  /** Stops the work; the reason stands in the terminal `error`. */
  readonly cancel: (reason: CancelReason) => void
  /** Resolves when the work has stopped. */
  readonly over: Promise<void>
}

export type CancelReason = 'user' | 'disconnect' | 'session_ended' | 'shutdown'

export interface Message {
  readonly role: 'user' | 'assistant'
  readonly content: string
}

export interface Session {
  readonly id: string
  readonly workspaceId: string
  readonly createdAt: string
  endedAt: string | undefined
  /** The turn that runs now. */
  running: Turn | undefined
  /** Ask `talkOf` for it. */
  talk: Talk | undefined
  /** Its runs and its kernel, once code was first run in it. */
  work: SessionWork | undefined
}

/** The code that runs in a session. */
export interface SessionWork {
  /** Ends all of it; resolves when nothing runs any more. */
  end(reason: 'session_ended' | 'shutdown'): Promise<void>
}

/** What was said in a session. */
export interface Talk {
  readonly turns: Set<string>
  /** The messages that came with a `client_message_id`. */
  readonly taken: TakenIds
  readonly history: Message[]
  readonly report: Report
}

export interface Report {
  revision: number
  updatedAt: string
  readonly sections: { section_id: string; title: string; markdown: string }[]
}

export interface Store {
  readonly sessions: Map<string, Session>
  /** A new identifier that nobody can guess, or, for a seeded mock, the next of its sequence. */
  newId(kind: string): string
}

/** An empty store; with `random` its identifiers are repeatable. */
export function newStore(random: Random | undefined): Store {
  const unique = random === undefined ? randomUUID : () => hex(random)
  return { sessions: new Map(), newId: (kind) => `${kind}-${unique()}` }
}

/** Opens a session. */
export function openSession(store: Store, now: string): Session {
  const id = store.newId('ses')
  const session: Session = {
    id,
    workspaceId: `ws-${id}`,
    createdAt: now,
    endedAt: undefined,
    running: undefined,
    talk: undefined,
    work: undefined,
  }
  store.sessions.set(id, session)
  return session
}

/** What was said in a session. It is begun when it is first asked for: thousands of sessions in which nobody talks stay small. */
export function talkOf(session: Session): Talk {
  session.talk ??= {
    turns: new Set(),
    taken: new Map(),
    history: [],
    report: { revision: 0, updatedAt: session.createdAt, sections: [] },
  }
  return session.talk
}

function hex(random: Random): string {
  return Array.from({ length: 4 }, () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('')
}
