// The sidecar under the fuzzer: started, asked how it is, started anew where it is gone or unwell, stopped in the end.
import { type Contract, servedContract } from '../contracts/core/contract.ts'
import { sessionContract } from '../contracts/session/contract.ts'
import { newRecorder } from '../harness/client/exchange.ts'
import { within } from '../harness/client/patience.ts'
import { typedClient } from '../harness/client/typed-client.ts'
import { type RunningSidecar, type StartOptions, startSidecar } from '../harness/sidecar.ts'
import type { Target } from '../harness/targets/target.ts'
import { Verdict } from '../harness/verdict.ts'
import { type Finding, identifiersIn } from './outcome.ts'
import { type Identifiers, newIdentifiers } from './wire/identifiers.ts'

export interface Subject extends AsyncDisposable {
  readonly contract: Contract
  readonly identifiers: Identifiers
  /** The one that runs. Where it has gone, or was found unwell, it is started anew. */
  running(): Promise<RunningSidecar>
  /** What is wrong with it: `/health` must answer, a turn must complete, the process must be there. */
  checkUp(): Promise<readonly Finding[]>
}

/** Starts the sidecar; from then on there is a session with a turn to name. Throws a TargetError or a Verdict where it does not become ready. */
export async function startSubject(target: Target, start: StartOptions): Promise<Subject> {
  let current = await startSidecar(target, start)
  let isWell = true
  const identifiers = newIdentifiers({ onForgotten: (sessionId) => void endSession(current, sessionId) })
  await completeTurn(current, identifiers)

  return {
    contract: servedContract(start.contract, current.capabilities),
    identifiers,
    async running() {
      if (target.kind === 'process' && (!isWell || isGone(current))) {
        await current.stop()
        identifiers.forget()
        current = await startSidecar(target, start)
        isWell = true
        await completeTurn(current, identifiers)
      }
      return current
    },
    async checkUp() {
      const findings = await completeTurn(current, identifiers)
      isWell = findings.length === 0 && !isGone(current)
      return isWell ? [] : [...findings, ...(await tellExit(current))]
    },
    [Symbol.asyncDispose]: async () => void (await current.stop()),
  }
}

function isGone({ process }: RunningSidecar): boolean {
  return process !== undefined && process.exit() !== null
}

/** Whatever else was sent, an ordinary turn in a session of its own completes. Both stay, for later requests to name. */
async function completeTurn(sidecar: RunningSidecar, identifiers: Identifiers): Promise<readonly Finding[]> {
  const recorder = newRecorder([sidecar.token])
  const client = typedClient({ ...sidecar.client(recorder), contract: sessionContract })
  try {
    await client.health()
    const { session_id } = (await client.newSession()).body
    const turn = await client.streamMessage({ session_id }, { message: 'How are you?' })
    const terminal = await turn.ended()
    identifiers.learn(identifiersIn(turn.events[0], sessionContract))
    if (terminal?.type === 'complete') return recorder.violations
    return [
      ...recorder.violations,
      { rule: 'fuzz.turn-completes', expected: '`complete`', received: JSON.stringify(terminal) },
    ]
  } catch (error) {
    if (!(error instanceof Verdict)) throw error
    const { at = '', expected, received } = error.facts
    return [{ rule: 'fuzz.well', expected: `${expected} (${at})`, received }]
  } finally {
    recorder.close()
  }
}

/** A session that no request will name any more would keep its kernel and its workspace. How it answers is no matter here. */
async function endSession(sidecar: RunningSidecar, sessionId: string): Promise<void> {
  const recorder = newRecorder([sidecar.token])
  const client = typedClient({ ...sidecar.client(recorder), contract: sessionContract })
  try {
    await client.endSession({ session_id: sessionId })
  } catch (error) {
    if (!(error instanceof Verdict)) throw error
  } finally {
    recorder.close()
  }
}

/** A process that has left, or is about to, says why in its last words. */
async function tellExit({ process }: RunningSidecar): Promise<readonly Finding[]> {
  const exit = process === undefined ? undefined : await within(leavesWithinMs, process.exited)
  if (process === undefined || exit === undefined) return []
  await within(leavesWithinMs, process.outputEnded)
  const lastWords = process.stderrTail().text.trim().split('\n').slice(-4).join(' | ')
  const received = `exit ${exit.code ?? exit.signal}: ${lastWords}`
  return [{ rule: 'fuzz.lives', expected: 'a process that lives', received }]
}

/** Its port closes before it is gone. */
const leavesWithinMs = 2_000
