// When and how a program ends if nobody ends it from outside: by itself, or at the first of its limits.
import { setTimeout as pause } from 'node:timers/promises'
import type { ExecutionResult } from '../../contracts/session/execution-result.ts'
import type { LimitName } from '../../contracts/session/limits.ts'
import type { Outcome } from '../../fixtures/programs/outcome.ts'
import type { Limits } from './limits.ts'
import type { ExecutionRule, Keeps } from './rules.ts'

/** How a run or a cell ended. What is left out is null in its result. */
export interface Ending {
  readonly status: ExecutionResult['status']
  readonly reason: string
  readonly code?: number | null
  readonly signal?: string | null
  readonly error?: ExecutionResult['error']
  readonly limit?: { readonly name: LimitName; readonly value: number; readonly observed: number | null }
  /** How much memory it took, where that is known. */
  readonly maxRssBytes?: number
  /** It kept a processor busy all the time. */
  readonly burnsCpu?: true
}

/** The end that an outcome states, where no limit comes first. */
export type OwnEnd = Pick<Outcome, 'status' | 'reason' | 'code' | 'signal' | 'ename' | 'evalue'>

/** Waits for the end; never resolves where the program runs for ever and nothing limits it. Rejects when `stopped` aborts. */
export async function awaitFate(
  outcome: Outcome,
  own: OwnEnd,
  limits: Limits,
  keeps: Keeps,
  stopped: AbortSignal,
): Promise<Ending> {
  const startedMs = performance.now()
  const burnsCpu = outcome.reason === 'timeout_cpu' ? { burnsCpu: true as const } : {}
  for (const { afterMs, ending, rule } of endsOf(outcome, own, limits, keeps)) {
    await pauseUntil(startedMs + afterMs, stopped)
    if (rule === undefined || keeps(rule)) return { ...ending(performance.now() - startedMs), ...burnsCpu }
  }
  return never(stopped)
}

interface PossibleEnd {
  readonly afterMs: number
  /** The rule that makes it the end. */
  readonly rule?: ExecutionRule
  readonly ending: (elapsedMs: number) => Ending
}

/** All that may end it, the first to come first. */
function endsOf(outcome: Outcome, own: OwnEnd, limits: Limits, keeps: Keeps): PossibleEnd[] {
  const { reads, takesBytes = 0, takesProcesses = 1 } = outcome
  const durationMs = reads && !keeps('closesStdin') ? Number.POSITIVE_INFINITY : durationOf(outcome)
  const passes = (name: LimitName, observed: number) => ({ name, value: limits[name], observed: Math.round(observed) })
  const limited = (reason: string, limit: Ending['limit']): Ending => ({
    ...killed,
    status: 'limit',
    reason,
    ...(limit && { limit }),
  })
  const ends: PossibleEnd[] = []
  if (takesProcesses > limits.processes) {
    const ending = () => limited('processes', passes('processes', limits.processes + 1))
    ends.push({ afterMs: 0, rule: 'enforcesProcesses', ending })
  }
  if (takesBytes > limits.memory_bytes) {
    const observed = Math.min(takesBytes, limits.memory_bytes + growthBytes)
    const ending = () => ({ ...limited('memory', passes('memory_bytes', observed)), maxRssBytes: observed })
    ends.push({ afterMs: 0, rule: 'enforcesMemory', ending })
  }
  if (outcome.reason === 'timeout_cpu' && durationMs > limits.cpu_ms) {
    const ending = (elapsedMs: number) => limited('timeout_cpu', passes('cpu_ms', elapsedMs))
    ends.push({ afterMs: limits.cpu_ms, rule: 'enforcesCpu', ending })
  }
  if (durationMs > limits.wall_ms) {
    const ending = (elapsedMs: number) => limited('timeout_wall', passes('wall_ms', elapsedMs))
    ends.push({ afterMs: limits.wall_ms, rule: 'enforcesWall', ending })
  }
  if (durationMs !== Number.POSITIVE_INFINITY) ends.push({ afterMs: durationMs, ending: () => ownEnding(own, outcome) })
  return ends.sort((a, b) => a.afterMs - b.afterMs)
}

function durationOf({ durationMs = 0 }: Outcome): number {
  return durationMs === 'forever' ? Number.POSITIVE_INFINITY : durationMs
}

/** Memory is looked at so often that no more than this is taken beyond the limit. */
const growthBytes = 16 * 1024 * 1024

/** A process that was ended. Windows knows no signals. */
export const killed = process.platform === 'win32' ? { code: 1, signal: null } : { code: null, signal: 'SIGKILL' }

/** What the outcome states; a limit that was not passed leaves a good end. */
function ownEnding({ code, ename, evalue = '', reason, signal, status }: OwnEnd, { takesBytes }: Outcome): Ending {
  const memory = takesBytes === undefined ? {} : { maxRssBytes: takesBytes }
  if (status === 'ok' || status === 'limit') return { status: 'ok', reason: 'normal', code: 0, ...memory }
  const error = ename === undefined ? {} : { error: exception(ename, evalue) }
  return {
    status,
    reason,
    code: code ?? (signal === undefined ? 1 : null),
    signal: signal ?? null,
    ...error,
    ...memory,
  }
}

/** An exception as Python tells it. */
export function exception(ename: string, evalue: string): NonNullable<Ending['error']> {
  const last = evalue === '' ? ename : `${ename}: ${evalue}`
  return {
    ename,
    evalue,
    traceback: ['Traceback (most recent call last):', '  File "program.py", line 1, in <module>', last],
  }
}

/** Nothing could be started. */
export function launchFailed(why: Error): Ending {
  return { status: 'internal', reason: 'launch_failed', error: exception(why.name, why.message) }
}

/** A timer takes 2^31 milliseconds at most; limits are far below. */
async function pauseUntil(atMs: number, signal: AbortSignal): Promise<void> {
  const waitMs = atMs - performance.now()
  if (waitMs > 0) await pause(Math.ceil(waitMs), undefined, { signal })
  signal.throwIfAborted()
}

function never(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
