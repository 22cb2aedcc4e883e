// The operations of session/1 as the mock serves them.
import type { Capabilities } from '../../contracts/session/capabilities.ts'
import * as kernelOperations from '../../contracts/session/kernel-operations.ts'
import * as runOperations from '../../contracts/session/run-operations.ts'
import type { Execution } from '../execution/execution.ts'
import type { Keeps } from '../execution/rules.ts'
import type { Call, Handler, Refusal, Send } from '../server/call.ts'
import { checkClientId } from './client-ids.ts'
import { findSession, liveSession } from './find-session.ts'
import { now } from './now.ts'
import { playTurn, type SendMembers } from './play-turn.ts'
import { refusal } from './refusal.ts'
import { type CancelReason, openSession, type Session, type Store, type Turn, talkOf } from './store.ts'
import type { Experts, LateStory, Story } from './story.ts'

export interface SidecarState {
  readonly store: Store
  readonly story: Story | LateStory
  readonly bootId: string
  readonly version: string
  readonly startedAtMs: number
  readonly capabilities: Capabilities
  readonly keeps: Keeps
  /** All that runs code, loaded when it is first asked for. */
  readonly execution: () => Promise<Execution>
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
        void stopWork(state)
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
        await Promise.all([session.running?.over, session.work?.end('session_ended')])
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
    ...lateHandlers(state),
  }
}

/** Takes no more work and ends what there is; resolves when nothing of it runs any more. May be called again. */
export async function stopWork(state: SidecarState): Promise<void> {
  state.stopping = true
  const ending: (Promise<void> | undefined)[] = []
  for (const { running, work } of state.store.sessions.values()) {
    running?.cancel('shutdown')
    ending.push(running?.over, work?.end('shutdown'))
  }
  await Promise.all(ending)
}

/** The handlers of runs and of the notebook, which are loaded when the first of them is asked for. */
function lateHandlers(state: SidecarState): Readonly<Record<string, Handler>> {
  let loaded: Promise<Readonly<Record<string, Handler>>> | undefined
  const late =
    (name: string): Handler =>
    async (call) => {
      loaded ??= load()
      const handler = (await loaded)[name]
      if (handler === undefined) throw new TypeError(`the mock has no handler ${name}`)
      return handler(call)
    }
  return Object.fromEntries(
    [...Object.keys(runOperations), ...Object.keys(kernelOperations)].map((name) => [name, late(name)]),
  )

  async function load(): Promise<Readonly<Record<string, Handler>>> {
    const { runHandlers } = await import('../execution/run-handlers.ts')
    const { kernelHandlers } = await import('../execution/kernel-handlers.ts')
    const execution = await state.execution()
    return { ...runHandlers(state.store, execution), ...kernelHandlers(state.store, execution) }
  }
}

/** Accepts a message as a new turn; refuses what came before and what comes while a turn runs. Nothing refused is remembered. */
function takeMessage(store: Store, session: Session, body: unknown): string {
  const { taken, turns } = talkOf(session)
  const request = checkClientId(taken, body, 'client_message_id', 'turn_id')
  if (session.running !== undefined) throw refusal('TURN_IN_PROGRESS', `turn ${session.running.id} is running`)
  const turnId = store.newId('turn')
  turns.add(turnId)
  request.remember(turnId)
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
    const experts = expertsOf(state, session)
    const { story } = state
    const context = { history, message, story, cancelled: controller.signal, experts, newId, onFinished }
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

/** The experts that may be asked in a turn of this session. */
function expertsOf({ capabilities: { expert }, execution, keeps }: SidecarState, session: Session): Experts {
  return {
    ids: expert?.ids ?? [],
    tools: expert?.tools ?? [],
    async run(code, cancelled) {
      const { runInTurn } = await import('../execution/turn-runs.ts')
      return runInTurn(await execution(), session, code, cancelled)
    },
    keeps,
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
  return refusal('SHUTTING_DOWN', 'the sidecar takes no new work', { retry_after_ms: 1_000 })
}

const alwaysServed: readonly string[] = ['session.health', 'session.ready', 'session.contract', 'session.shutdown']

function notReady(): Refusal {
  return refusal('NOT_READY', 'the sidecar is shutting down', { context: { phase: 'stopping' }, retry_after_ms: 1_000 })
}

/** Between accepting a message and streaming it, the session is taken already. */
function placeholder(id: string): Turn {
  return { id, cancel: () => undefined, over: Promise.resolve() }
}
