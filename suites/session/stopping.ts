// After `/shutdown` a refused connection is as good as an answer (contract, "Common to the HTTP contracts").
import type { PlainExchange } from '../../harness/client/http-client.ts'
import { Verdict } from '../../harness/verdict.ts'
import { codeOf } from './turns.ts'

/** Status and code of the answer, `503 SHUTTING_DOWN`; `undefined` where nobody listens any more. */
export async function answerOrGone(answer: Promise<PlainExchange>): Promise<string | undefined> {
  try {
    const { body, status } = await answer
    const code = codeOf(body)
    return code === undefined ? String(status) : `${status} ${String(code)}`
  } catch (error) {
    if (error instanceof Verdict && error.facts.received.includes('broken connection')) return undefined
    throw error
  }
}
