// One running program of stdio/1: writes a request line, waits for its response line, notices when the program is gone.
import { type Clock, settlesWithin, systemClock } from '../process/clock.ts'
import type { LaunchedProcess } from '../process/launched-process.ts'
import { type StopReport, stopInSteps } from '../process/stop.ts'
import { BridgeError } from './bridge-error.ts'
import { type BridgeRequest, encodeRequest, type Response, readResponse } from './bridge-line.ts'

export type Answer =
  | Response
  /** It ended, or closed its stdout, before it answered. What it did of the request is not known. */
  | { readonly kind: 'gone'; readonly stderr: string }

export interface BridgeProcess {
  readonly isGone: boolean
  /** So many requests in a row were given up, and nothing was heard since. */
  readonly unheard: number
  /** One at a time. @throws the signal's reason, once it aborts */
  ask(request: BridgeRequest, timeoutMs: number, signal: AbortSignal): Promise<Answer>
  /** End of stdin, then force; resolves when its whole tree is gone, after 2 s at most. */
  stop(): Promise<StopReport>
}

/** A bridge is closed within 3 s, so each step has less than a sidecar's. */
const quickStop = {
  forceAfterMs: { sigterm: 1_000, sigkill: 500, taskkill: 1_500 },
  treeGoneWithinMs: 1_750,
  settleWithinMs: 250,
}
/** Where a program has ended, its last words may still be on their way. */
const LAST_WORDS_WITHIN_MS = 250

/** @param clock for time-outs; a process ends in real time whatever that clock says */
export function bridgeProcess(launched: LaunchedProcess, clock: Clock): BridgeProcess {
  const gone = whenGone(launched)
  let unheard = 0
  let stdoutEnded = false

  return {
    get isGone() {
      return stdoutEnded || launched.exit() !== null
    },
    get unheard() {
      return unheard
    },
    async ask(request, timeoutMs, signal) {
      launched.stdin.write(encodeRequest(request))
      const giveUp = new AbortController()
      const answer = listen(request, AbortSignal.any([giveUp.signal, signal]))
      try {
        const inTime = await settlesWithin(answer, timeoutMs, clock)
        if (inTime) return await answer
        unheard++
        return { kind: 'error', error: late(request, timeoutMs) }
      } finally {
        giveUp.abort()
        answer.catch(() => undefined)
      }
    },
    stop: () => stopInSteps(launched, quickStop),
  }

  async function listen(request: BridgeRequest, signal: AbortSignal): Promise<Answer> {
    for (;;) {
      const line = await nextLine(signal)
      if (line === null) return { kind: 'gone', stderr: launched.stderrTail().text }
      const read = readResponse(line, request.id, unheard === 0)
      if (read.kind === 'noise') continue
      unheard = 0
      if (read.kind === 'late') continue
      return read
    }
  }

  /** null once there is no more line to wait for. */
  async function nextLine(signal: AbortSignal) {
    try {
      const line = await launched.nextLine(AbortSignal.any([signal, gone.signal]))
      stdoutEnded ||= line === null
      return line
    } catch (reason) {
      if (gone.signal.aborted && !signal.aborted) return null
      throw reason
    }
  }
}

/** Aborts when the program has ended and its last words were read. A grandchild that holds its stdout open is not waited for. */
function whenGone({ exited, outputEnded }: LaunchedProcess): AbortController {
  const gone = new AbortController()
  void exited.then(async () => {
    await settlesWithin(outputEnded, LAST_WORDS_WITHIN_MS, systemClock)
    gone.abort()
  })
  return gone
}

function late({ command }: BridgeRequest, timeoutMs: number): BridgeError {
  const message = `Expected an answer to "${command}" within ${timeoutMs} ms, received none. It may still be at work; its late answer is thrown away.`
  return new BridgeError('TIMEOUT', message)
}
