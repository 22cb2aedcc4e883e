// What a session sidecar remembers: sessions, their turns, their report.
import type { Random } from '../../contracts/core/random.ts'

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
  endedAt?: string
  /** The turn that runs now. */
  running?: Turn | undefined
  readonly turns: Set<string>
  /** The bodies that came with a `client_message_id`, as canonical JSON, and the turn each began. */
  readonly taken: Map<string, { readonly body: string; readonly turnId: string }>
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
  return { sessions: new Map(), newId: (kind) => `${kind}-${random === undefined ? crypto.randomUUID() : hex(random)}` }
}

/** Opens a session. */
export function openSession(store: Store, now: string): Session {
  const id = store.newId('ses')
  const session: Session = {
    id,
    workspaceId: store.newId('ws'),
    createdAt: now,
    turns: new Set(),
    taken: new Map(),
    history: [],
    report: { revision: 0, updatedAt: now, sections: [] },
  }
  store.sessions.set(id, session)
  return session
}

function hex(random: Random): string {
  return Array.from({ length: 4 }, () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('')
}
