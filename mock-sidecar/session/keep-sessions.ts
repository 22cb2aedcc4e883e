// Durable sessions: kept in one file, so that a sidecar that was killed finds them again, with their reports, runs and workspaces.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionResult } from '../../contracts/session/execution-result.ts'
import type { Execution } from '../execution/execution.ts'
import { resultOf } from '../execution/result.ts'
import type { LogRecord, Run } from '../execution/run.ts'
import type { Handler, Reply } from '../server/call.ts'
import { now } from './now.ts'
import { type Session, type Store, type Talk, talkOf } from './store.ts'

/** The file in the data directory. */
export const keptSessionsFile = 'sessions.json'

export interface KeptSession {
  readonly id: string
  readonly workspaceId: string
  readonly createdAt: string
  readonly endedAt: string | null
  readonly turns: readonly string[]
  readonly history: Talk['history']
  report: Talk['report']
  /** The messages and runs that came with a client id. */
  readonly taken: { readonly messages: Taken; readonly runs: Taken }
  readonly runs: readonly KeptRun[]
  /** The workspace: texts by name. */
  files: readonly (readonly [name: string, text: string])[]
}

type Taken = [id: string, came: { readonly body: string; readonly begun: string }][]

interface KeptRun {
  readonly id: string
  readonly lane: 'user' | 'expert'
  /** null where it had not ended. */
  readonly result: ExecutionResult | null
  readonly records: readonly LogRecord[]
}

/** Brings back what is kept in `folder`; what was cut off is told as lost. */
export function bringBack(folder: string, store: Store, execution: Execution): void {
  for (const kept of readKept(folder)) {
    const session = sessionOf(kept)
    store.sessions.set(session.id, session)
    const talk = talkOf(session)
    for (const turn of kept.turns) talk.turns.add(turn)
    for (const [id, came] of kept.taken.messages) talk.taken.set(id, came)
    talk.history.push(...kept.history)
    Object.assign(talk.report, kept.report)
    const work = execution.workOf(session)
    for (const run of kept.runs) work.runs.set(run.id, endedRun(run, session.id))
    for (const [id, came] of kept.taken.runs) work.taken.set(id, came)
    const { files } = execution.workspaces.ofSession(session.workspaceId)
    for (const [name, text] of kept.files) files.set(name, text)
  }
}

/** Keeps all sessions in `folder`, so that a kill at any moment leaves the old file or the new one. */
export function keepSessions(folder: string, store: Store, execution: Execution): void {
  const sessions = [...store.sessions.values()].map((session) => keptOf(session, execution))
  const path = join(folder, keptSessionsFile)
  writeFileSync(`${path}.new`, JSON.stringify(sessions), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** The handlers, with `keep` called before anything that they did is told. */
export function keeping(handlers: Readonly<Record<string, Handler>>, keep: () => void): Record<string, Handler> {
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [name, async (call) => told(await handler(call), keep)]),
  )
}

function told(reply: Reply, keep: () => void): Reply {
  keep()
  if (!('stream' in reply)) return reply
  const { stream } = reply
  return {
    ...reply,
    stream: (send) =>
      stream((event) => {
        keep()
        return send(event)
      }),
  }
}

/** Nothing is kept before the first session. */
function readKept(folder: string): readonly KeptSession[] {
  try {
    return JSON.parse(readFileSync(join(folder, keptSessionsFile), 'utf8')) as KeptSession[]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function sessionOf({ createdAt, endedAt, id, workspaceId }: KeptSession): Session {
  const nothing = { running: undefined, talk: undefined, work: undefined }
  return { id, workspaceId, createdAt, endedAt: endedAt ?? undefined, ...nothing }
}

function keptOf(session: Session, execution: Execution): KeptSession {
  const { createdAt, endedAt = null, id, workspaceId } = session
  const { history, report, taken, turns } = talkOf(session)
  const work = execution.workOf(session)
  return {
    ...{ id, workspaceId, createdAt, endedAt, history, report },
    turns: [...turns],
    taken: { messages: [...taken], runs: [...work.taken] },
    runs: [...work.runs.values()].map(keptRunOf),
    files: [...execution.workspaces.ofSession(workspaceId).files],
  }
}

function keptRunOf({ id, records, result }: Run): KeptRun {
  return { id, lane: laneOf(records), result: result ?? null, records }
}

function laneOf(records: readonly LogRecord[]): 'user' | 'expert' {
  return records.some(({ fields }) => fields['lane'] === 'expert') ? 'expert' : 'user'
}

/** A run of an earlier life: where it had not ended, the end of the sidecar was its own. */
function endedRun({ id, lane, records, result }: KeptRun, sessionId: string): Run {
  const place = { execution_id: id, session_id: sessionId, lane, kernel_generation: null, execution_count: null }
  const lost = resultOf(place, { status: 'lost', reason: 'sidecar_restarted' })
  const { exit, status, usage } = lost
  const end: LogRecord = {
    ts: now(),
    level: 'info',
    event: 'finished',
    fields: { lane, status, reason: exit.reason, usage },
  }
  return {
    id,
    state: 'finished',
    result: result ?? lost,
    records: result === null ? [...records, end] : [...records],
    cancel: () => undefined,
    over: Promise.resolve(),
  }
}
