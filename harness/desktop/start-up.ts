// From a spawned process to a sidecar that can work: its own ready line with our nonce, `/health` with the same boot id, then `/ready`.
import { z } from 'zod'
import { readyLine } from '../../contracts/core/launch.ts'
import type { Clock } from '../process/clock.ts'
import type { LaunchedProcess } from '../process/launched-process.ts'
import { waitUntilReady } from '../process/wait-until-ready.ts'
import { askHealth, askWithin, type HealthQuestion } from './health.ts'
import type { Probe } from './health-probe.ts'
import { conductFailure, exitFailure, type SidecarFailure } from './sidecar-failure.ts'

export interface StartUpOptions {
  readonly contract: string
  readonly nonce: string
  readonly token: string
  /** For all of it together. */
  readonly withinMs: number
  /** For each question. */
  readonly answerWithinMs: number
  readonly clock: Clock
  readonly probe: Probe
  readonly signal: AbortSignal
  /** Called once it has said where it listens, long before it may be able to work. */
  onListening(address: Address): void
}

export interface Address {
  readonly port: number
  readonly baseUrl: string
  readonly bootId: string
}

type ReadyLine = z.infer<ReturnType<typeof readyLine>>

/**
 * Gives the address of a sidecar that can work, or why it came to nothing; the process is then still to be ended.
 * No failed question restarts anything before `withinMs` have passed.
 *
 * @throws the signal's reason, once it aborts
 */
export async function startUp(launched: LaunchedProcess, options: StartUpOptions): Promise<Address | SidecarFailure> {
  const { clock, withinMs } = options
  const deadlineMs = clock.nowMs() + withinMs
  const address = await listening(launched, options)
  if (!('port' in address)) return address
  options.onListening(address)
  const over = new AbortController()
  const exited = launched.exited.then((exit) => exitFailure(exit, launched.stderrTail().text))
  const question = { ...options, ...address, signal: AbortSignal.any([options.signal, over.signal]) }
  try {
    return await Promise.race([exited, aborted(options.signal, over.signal), untilAble(launched, question, deadlineMs)])
  } finally {
    over.abort()
  }
}

/** Only a line that our own child wrote, and that echoes our nonce, says where it listens. */
async function listening(
  launched: LaunchedProcess,
  { clock, contract, nonce, signal, withinMs }: StartUpOptions,
): Promise<Address | SidecarFailure> {
  const schema = readyLine(contract, z.looseObject({}))
  const parseReady = (line: string): ReadyLine => schema.parse(JSON.parse(line))
  const verdict = await waitUntilReady(launched, { parseReady, nonce, withinMs, signal, clock })
  if (verdict.kind === 'exited') return exitFailure(verdict.exit, verdict.stderr.text)
  if (verdict.kind !== 'ready') return conductFailure(verdict.detail, verdict.stderr.text, launched.exit())
  const { boot_id: bootId, port } = verdict.ready
  return { port, baseUrl: `http://127.0.0.1:${port}`, bootId }
}

type Question = StartUpOptions & Address & HealthQuestion

async function untilAble(
  launched: LaunchedProcess,
  question: Question,
  deadlineMs: number,
): Promise<Address | SidecarFailure> {
  const { baseUrl, bootId, clock, port, signal, withinMs } = question
  const stages = [isOurs, isAble] as const
  for (let stage = 0, waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    const outcome = await stages[stage]?.(question)
    if (outcome === 'yes') stage++
    if (stage === stages.length) return { port, baseUrl, bootId }
    const stderr = launched.stderrTail().text
    if (outcome === 'never') {
      return conductFailure(`Somebody else answers at ${baseUrl}: expected boot_id ${bootId} from /health.`, stderr)
    }
    if (clock.nowMs() >= deadlineMs) {
      const missing = stage === 0 ? '/health' : '/ready'
      return conductFailure(`Expected 200 from GET ${missing} within ${withinMs} ms of the start.`, stderr)
    }
    if (outcome !== 'yes') await clock.after(Math.min(waitMs, deadlineMs - clock.nowMs()), signal)
    signal.throwIfAborted()
  }
}

/** There is no event for being able to work, so it is asked for, ever less often. */
const FIRST_WAIT_MS = 10
const LONGEST_WAIT_MS = 500

type Outcome = 'yes' | 'not-yet' | 'never'

async function isOurs(question: Question): Promise<Outcome> {
  const verdict = await askHealth(question)
  return verdict === 'ours' ? 'yes' : verdict === 'someone-else' ? 'never' : 'not-yet'
}

/** Whoever has no `/ready` is ready when it is healthy. */
async function isAble(question: Question): Promise<Outcome> {
  const answer = await askWithin({ method: 'GET', path: '/ready', token: question.token }, question)
  return answer === null || answer.status === 503 ? 'not-yet' : 'yes'
}

/** Rejects when `signal` aborts; leaves nothing behind at it once `over`. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true, signal: over })
  })
}
