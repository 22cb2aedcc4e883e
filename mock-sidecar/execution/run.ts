// One run of code, from its place in the queue to its result.
import type { ExecutionResult } from '../../contracts/session/execution-result.ts'
import { now } from '../session/now.ts'
import type { CancelReason, Session } from '../session/store.ts'
import { newCrew } from './crew.ts'
import { leak, worldOf } from './environment.ts'
import type { Execution } from './execution.ts'
import { type Ending, killed, launchFailed } from './fate.ts'
import type { Limits } from './limits.ts'
import { outcomeOf, ownEndOf } from './outcomes.ts'
import { type Played, play, type Stage } from './play.ts'
import { type Death, NoProcess } from './processes.ts'
import { resultOf } from './result.ts'
import type { Place } from './run-queue.ts'
import { aborted, cancelled } from './stops.ts'
import { speaksOfItsProcess, type World } from './world.ts'

export interface RunRequest {
  readonly lane: 'user' | 'expert'
  readonly code: string
  readonly limits: Limits
}

export interface LogRecord {
  readonly ts: string
  readonly level: 'info' | 'warning'
  readonly event: 'queued' | 'started' | 'limit' | 'truncated' | 'cancelled' | 'finished'
  readonly fields: Readonly<Record<string, unknown>>
}

export interface Run {
  readonly id: string
  state: 'queued' | 'running' | 'finished'
  result: ExecutionResult | undefined
  readonly records: LogRecord[]
  /** Stops it; an outcome that is there stays. */
  cancel(reason: CancelReason): void
  /** Resolves when nothing of it runs any more. */
  readonly over: Promise<void>
}

/** Sends an event of the run. */
export type SendRunEvent = (type: string, members?: Readonly<Record<string, unknown>>) => void

/** Begins a run that has its place. It sends what it prints and its `run_complete`. */
export function startRun(
  execution: Execution,
  session: Session,
  request: RunRequest,
  place: Place,
  send: SendRunEvent,
  id: string,
): Run {
  const stopped = new AbortController()
  const { promise: over, resolve: finish } = Promise.withResolvers<void>()
  const run: Run = {
    id,
    state: 'queued',
    result: undefined,
    records: [],
    cancel: (reason) => stopped.abort({ ...cancelled(reason), ...killed }),
    over,
  }
  void perform(execution, session, request, place, run, stopped, send).finally(finish)
  return run
}

async function perform(
  execution: Execution,
  session: Session,
  request: RunRequest,
  place: Place,
  run: Run,
  stopped: AbortController,
  send: SendRunEvent,
): Promise<void> {
  const { lane, limits } = request
  const log = (event: LogRecord['event'], fields: LogRecord['fields'], level: LogRecord['level'] = 'info') =>
    run.records.push({ ts: now(), level, event, fields })
  if (place.waits) log('queued', { lane })
  await Promise.race([place.begins, aborted(stopped.signal)])
  const identity = {
    execution_id: run.id,
    session_id: session.id,
    lane,
    kernel_generation: null,
    execution_count: null,
  }
  let result: ExecutionResult
  if (stopped.signal.aborted) {
    result = resultOf(identity, cancelledBeforeItBegan(stopped.signal.reason as Ending))
  } else {
    run.state = 'running'
    log('started', { lane, limits })
    const { ending, ...played } = await inItsWorld(execution, session, request, run, stopped, send).catch(notLaunched)
    result = resultOf(identity, ending, played)
    for (const stream of ['stdout', 'stderr'] as const) {
      const { bytes_total: total, truncated } = result[stream]
      if (truncated) log('truncated', { stream, bytes_total: total, limit: limits.output_bytes }, 'warning')
    }
  }
  if (result.limit !== null) log('limit', result.limit, 'warning')
  if (result.status === 'cancelled') log('cancelled', { reason: result.exit.reason })
  log('finished', { lane, status: result.status, reason: result.exit.reason, usage: result.usage })
  run.result = result
  run.state = 'finished'
  place.leave(result.status === 'cancelled' ? 'cancelled' : undefined)
  send('run_complete', { result })
}

function notLaunched(error: unknown): { readonly ending: Ending } & Partial<Played> {
  if (!(error instanceof NoProcess)) throw error
  return { ending: launchFailed(error) }
}

/** Nothing ran, so no process ended. */
function cancelledBeforeItBegan({ reason, status }: Ending): Ending {
  return { status, reason }
}

/** Plays the program in its workspace, with the processes that it needs, and clears all away. */
async function inItsWorld(
  execution: Execution,
  session: Session,
  { code, lane, limits }: RunRequest,
  run: Run,
  stopped: AbortController,
  send: SendRunEvent,
): Promise<Played> {
  const { keeps, told, workspaces } = execution
  const { given, outcome } = outcomeOf(code, told)
  const workspace = lane === 'expert' ? workspaces.forRun(run.id) : workspaces.ofSession(session.workspaceId)
  const ended = execution.begin()
  try {
    const startedMs = performance.now()
    const crew = newCrew(execution, outcome.leaves ?? 0, stopped.signal, (death) => {
      const asTimeout = () => timeout(limits, performance.now() - startedMs)
      stopped.abort(keeps('tellsDeathsApart') ? endingOf(death) : asTimeout())
    })
    if (speaksOfItsProcess(outcome)) crew.pid()
    const world: World = { ...worldOf(execution), workspace, names: new Map(), given, pid: crew.pid, left: crew.left }
    const stage: Stage = {
      print: (stream, text) => send('run_output', { stream, text }),
      truncated: (stream, droppedBytes) => send('output_truncated', { stream, dropped_bytes: droppedBytes }),
    }
    const own = ownEndOf(outcome, 'run')
    const played = await play({ outcome, own, world, limits, stage, keeps, stopped: stopped.signal })
    leak(execution, outcome.sets)
    await crew.leave(played.ending)
    return played
  } finally {
    if (lane === 'expert') workspaces.remove(workspace)
    ended()
  }
}

/** Windows knows no signals: there a killed process leaves a code. */
function endingOf({ code, signal }: Death): Ending {
  if (signal !== null) return { status: 'killed', reason: 'signal', code, signal }
  return { status: 'error', reason: 'nonzero_exit', code, signal }
}

/** What a fault takes the end of a worker for. */
function timeout({ wall_ms: value }: Limits, observedMs: number): Ending {
  const limit = { name: 'wall_ms' as const, value, observed: Math.round(observedMs) }
  return { status: 'limit', reason: 'timeout_wall', limit }
}
