// The operations of session/1 as the mock serves them.

import { problem } from '../../contracts/core/problem.ts'
import type { ProblemCode } from '../../contracts/core/problem-codes.ts'
import type { Capabilities } from '../../contracts/session/capabilities.ts'
import { type Call, type Handler, Refusal, type Send } from '../server/call.ts'
import { playTurn, type SendMembers } from './play-turn.ts'
import { type CancelReason, openSession, type Session, type Store, type Turn, talkOf } from './store.ts'
import type { LateStory, Story } from './story.ts'

export interface SidecarState {
  readonly store: Store
  readonly story: Story | LateStory
  readonly bootId: string
  readonly version: string
  readonly startedAtMs: number
  readonly capabilities: Capabilities
  stopping: boolean
  /** Called once, when `/shutdown` is first asked for. */
  readonly onShutdown: () => void
}

/** The handlers of all operations, by their names in the contract. */
export function sessionHandlers(state: SidecarState): Readonly<Record<string, Handler>> {
  const { store } = state
  return {
    health: () => ({
      status: 200,
      body: {
        status: 'ok',
        boot_id: state.bootId,
        sidecar_version: state.version,
        contract: 'session/1',
        uptime_ms: Math.round(performance.now() - state.startedAtMs),
      },
    }),
    ready: () => {
      if (state.stopping) throw notReady()
      return { status: 200, body: { ready: true } }
    },
    contract: () => ({ status: 200, body: { contract: 'session/1', capabilities: state.capabilities } }),
    shutdown: () => {
      if (!state.stopping) {
        state.stopping = true
        for (const session of store.sessions.values()) session.running?.cancel('shutdown')
        state.onShutdown()
      }
      return { status: 202 }
    },
    newSession: () => {
      const { id, createdAt, workspaceId } = openSession(store, now())
      return { status: 201, body: { session_id: id, created_at: createdAt, workspace_id: workspaceId } }
    },
    endSession: async (call) => {
      const session = findSession(store, call)
      if (session.endedAt === undefined) {
        session.endedAt = now()
        session.running?.cancel('session_ended')
        await session.running?.over
      }
      return { status: 200, body: { session_id: session.id, ended_at: session.endedAt } }
    },
    reportSession: (call) => {
      const session = liveSession(store, call)
      const { revision, sections, updatedAt } = talkOf(session).report
      const title = sections.length === 0 ? 'Nothing has been said yet' : `${sections.length} turns`
      return { status: 200, body: { session_id: session.id, revision, updated_at: updatedAt, title, sections } }
    },
    streamMessage: (call) => {
      const session = liveSession(store, call)
      const turnId = takeMessage(store, session, call.body)
      return { status: 200, stream: (send) => runTurn(state, session, turnId, call, send) }
    },
    cancelTurn: (call) => {
      const session = liveSession(store, call)
      const turnId = call.parameters['turn_id'] ?? ''
      if (!talkOf(session).turns.has(turnId)) throw refusal('TURN_NOT_FOUND', 'the session has no such turn')
      if (session.running?.id === turnId) session.running.cancel('user')
      return { status: 202 }
    },
  }
}

/** Accepts a message as a new turn; refuses what came before and what comes while a turn runs. Nothing refused is remembered. */
function takeMessage(store: Store, session: Session, body: unknown): string {
  const { client_message_id: clientId } = body as { client_message_id?: string }
  const { taken, turns } = talkOf(session)
  const canonical = clientId === undefined ? '' : canonicalJson(body)
  const before = clientId === undefined ? undefined : taken.get(clientId)
  if (before !== undefined && before.body !== canonical) {
    throw refusal('IDEMPOTENCY_MISMATCH', 'this client_message_id came before with another body')
  }
  if (before !== undefined) {
    throw refusal('DUPLICATE_REQUEST', 'this message was already taken', { turn_id: before.turnId })
  }
  if (session.running !== undefined) throw refusal('TURN_IN_PROGRESS', `turn ${session.running.id} is running`)
  const turnId = store.newId('turn')
  turns.add(turnId)
  if (clientId !== undefined) taken.set(clientId, { body: canonical, turnId })
  session.running = placeholder(turnId)
  return turnId
}

async function runTurn(state: SidecarState, session: Session, turnId: string, call: Call, send: Send): Promise<void> {
  const { message } = call.body as { message: string }
  const controller = new AbortController()
  const { promise: over, resolve: finish } = Promise.withResolvers<void>()
  const cancel = (reason: CancelReason) => controller.abort(reason)
  const turn: Turn = { id: turnId, cancel, over }
  session.running = turn
  const leave = () => cancel('disconnect')
  if (call.left.aborted) leave()
  else call.left.addEventListener('abort', leave)
  if (state.stopping) cancel('shutdown')

  let terminal = false
  let seq = 0
  const sendMembers: SendMembers = (type, members = {}) => {
    if (type === 'complete' || type === 'error') {
      terminal = true
      release()
    }
    seq += 1
    return send({ type, seq, session_id: session.id, turn_id: turnId, ts: now(), ...members })
  }
  const newId = (kind: string) => state.store.newId(kind)
  const onFinished = (text: string) => remember(session, message, text)
  try {
    const { history } = talkOf(session)
    const context = { history, message, story: state.story, cancelled: controller.signal, newId, onFinished }
    await playTurn(context, sendMembers)
  } finally {
    if (!terminal) release()
    call.left.removeEventListener('abort', leave)
    finish()
  }

  /** The session is free before the terminal event is on the wire: whoever has read it may send the next message. */
  function release(): void {
    if (session.running === turn) session.running = undefined
  }
}

/** A finished turn becomes part of the history and of the report. */
function remember(session: Session, message: string, text: string): void {
  const { history, report } = talkOf(session)
  history.push({ role: 'user', content: message }, { role: 'assistant', content: text })
  report.revision += 1
  report.updatedAt = now()
  const place = report.sections.length + 1
  report.sections.push({ section_id: `turn-${place}`, title: `Turn ${place}`, markdown: `> ${message}\n\n${text}` })
}

/** Why the operation cannot be served while the sidecar stops; the four common operations always can. */
export function unavailable(state: SidecarState, operationId: string): Refusal | undefined {
  if (!state.stopping || alwaysServed.includes(operationId)) return undefined
  return refusal('SHUTTING_DOWN', 'the sidecar takes no new work', undefined, 1_000)
}

const alwaysServed: readonly string[] = ['session.health', 'session.ready', 'session.contract', 'session.shutdown']

function findSession(store: Store, { parameters }: Call): Session {
  const session = store.sessions.get(parameters['session_id'] ?? '')
  if (session === undefined) throw refusal('SESSION_NOT_FOUND', 'there is no such session')
  return session
}

function liveSession(store: Store, call: Call): Session {
  const session = findSession(store, call)
  if (session.endedAt !== undefined) throw refusal('SESSION_ENDED', `the session ended at ${session.endedAt}`)
  return session
}

function notReady(): Refusal {
  return refusal('NOT_READY', 'the sidecar is shutting down', { phase: 'stopping' }, 1_000)
}

function refusal(
  code: ProblemCode,
  detail: string,
  context?: Readonly<Record<string, unknown>>,
  retryAfterMs?: number,
) {
  const more = {
    ...(context === undefined ? {} : { context }),
    ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
  }
  return new Refusal(problem(code, detail, more))
}

/** Between accepting a message and streaming it, the session is taken already. */
function placeholder(id: string): Turn {
  return { id, cancel: () => undefined, over: Promise.resolve() }
}

/** The same for bodies that are equal as JSON values, whatever the order of their members. A body too deep for that is refused. */
function canonicalJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_name, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    )
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw refusal('PARSE_ERROR', 'the body is nested too deeply')
  }
}

let lastMs = 0
let lastText = ''

/** RFC 3339 in UTC with milliseconds; kept for as long as the millisecond lasts. */
function now(): string {
  const ms = Date.now()
  if (ms !== lastMs) {
    lastMs = ms
    lastText = new Date(ms).toISOString()
  }
  return lastText
}
