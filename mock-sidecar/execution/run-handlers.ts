// The operations of runs as the mock serves them.
import type { ExecutionResult } from '../../contracts/session/execution-result.ts'
import type { AskedLimits } from '../../contracts/session/limits.ts'
import type { Call, Handler } from '../server/call.ts'
import { cancelProblem } from '../session/cancel-problem.ts'
import { checkClientId } from '../session/client-ids.ts'
import { liveSession } from '../session/find-session.ts'
import { now } from '../session/now.ts'
import { refusal } from '../session/refusal.ts'
import type { CancelReason, Session, Store } from '../session/store.ts'
import type { Execution } from './execution.ts'
import { killed } from './fate.ts'
import { limitsOf } from './limits.ts'
import { type Run, type SendRunEvent, startRun } from './run.ts'
import type { Place } from './run-queue.ts'
import { cancelled, cancelRules } from './stops.ts'

interface RunBody {
  readonly lane: 'user' | 'expert'
  readonly code: string
  readonly expert_id?: string
  readonly tools?: readonly string[]
  readonly limits?: AskedLimits
}

/** The handlers of runs, by their names in the contract. */
export function runHandlers(store: Store, execution: Execution): Readonly<Record<string, Handler>> {
  const { keeps } = execution
  return {
    streamRun: (call) => {
      const session = liveSession(store, call)
      const { id, place } = takeRun(execution, session, call.body)
      return { status: 200, stream: (send) => streamRun(execution, session, id, place, call, send) }
    },
    getRun: (call) => {
      const { id, result = null, state } = findRun(store, execution, call)
      return { status: 200, body: { run_id: id, state, result } }
    },
    logRun: (call) => {
      const { id, records } = findRun(store, execution, call)
      return { status: 200, body: { run_id: id, records } }
    },
    cancelRun: (call) => {
      const run = findRun(store, execution, call)
      if (run.state !== 'finished') {
        if (keeps('cancelsRuns')) run.cancel('user')
      } else if (run.result !== undefined && !keeps('keepsOutcomes')) {
        run.result = overwritten(run.result)
      }
      return { status: 202 }
    },
  }
}

/** Accepts a request as a new run; refuses experts, tools, what came before, and what finds no place. Nothing refused is remembered. */
function takeRun(
  execution: Execution,
  session: Session,
  body: unknown,
): { readonly id: string; readonly place: Place } {
  const { capabilities, keeps, newId, queue } = execution
  const { expert_id: expertId, lane, tools = [] } = body as RunBody
  const { expert } = capabilities
  if (lane === 'expert' && !expert?.ids.includes(expertId ?? '') && keeps('checksExperts'))
    throw refusal('EXPERT_NOT_FOUND', `there is no expert ${expertId}; there are ${expert?.ids.join(', ') || 'none'}`)
  const denied = tools.find((tool) => !expert?.tools.includes(tool))
  if (denied !== undefined && keeps('checksTools'))
    throw refusal('TOOL_NOT_ALLOWED', `the tool ${denied} is not allowed; ${expert?.tools.join(', ') || 'none'} is`)
  const isTwin = execution.workOf(session).taken.has(String((body as { client_run_id?: string }).client_run_id))
  const request = isTwin && !keeps('remembersClientIds') ? anyRequest : newRequest(execution, session, body)
  const place = queue.enter('request')
  if (place === undefined) {
    const detail = `${capabilities.runs?.concurrent} runs go on and ${capabilities.runs?.queue} wait; come again`
    throw refusal('LIMIT_EXCEEDED', detail, { retry_after_ms: 1_000 })
  }
  const id = newId('run')
  request.remember(id)
  return { id, place }
}

function newRequest(execution: Execution, session: Session, body: unknown) {
  return checkClientId(execution.workOf(session).taken, body, 'client_run_id', 'run_id')
}

const anyRequest = { remember: () => undefined }

async function streamRun(
  execution: Execution,
  session: Session,
  id: string,
  place: Place,
  call: Call,
  send: (event: { readonly type: string }) => unknown,
): Promise<void> {
  const { code, lane, limits } = call.body as RunBody
  let seq = 0
  // Nobody waits for a slow reader: what is sent is bounded by `output_bytes`.
  const emit: SendRunEvent = (type, members = {}) => {
    seq += 1
    void send({ type, seq, session_id: session.id, run_id: id, ts: now(), ...members } as { type: string })
  }
  emit('start')
  const request = { lane, code, limits: limitsOf(limits, execution.capabilities) }
  const run = startRun(execution, session, request, place, emit, id)
  execution.workOf(session).runs.set(id, run)
  const leave = () => {
    if (run.state !== 'finished' && execution.keeps(cancelRules.disconnect)) run.cancel('disconnect')
  }
  if (session.endedAt !== undefined) run.cancel('session_ended')
  if (execution.isStopping()) run.cancel('shutdown')
  if (call.left.aborted) leave()
  else call.left.addEventListener('abort', leave, { once: true })
  await run.over
  call.left.removeEventListener('abort', leave)
  const reason = cancelReasonOf(run.result)
  if (reason === undefined) emit('complete')
  else emit('error', { error: cancelProblem(reason, 'run') })
}

/** Why a result is `cancelled`; `undefined`: it is not. */
function cancelReasonOf(result: ExecutionResult | undefined): CancelReason | undefined {
  if (result?.status !== 'cancelled') return undefined
  return result.exit.reason.replace('cancelled_', '') as CancelReason
}

function findRun(store: Store, execution: Execution, call: Call): Run {
  const run = execution.workOf(liveSession(store, call)).runs.get(call.parameters['run_id'] ?? '')
  if (run === undefined) throw refusal('RUN_NOT_FOUND', 'the session has no such run')
  return run
}

function overwritten(result: ExecutionResult): ExecutionResult {
  return {
    ...result,
    ...cancelled('user'),
    exit: { ...killed, reason: 'cancelled_user' },
    limit: null,
  } as ExecutionResult
}
