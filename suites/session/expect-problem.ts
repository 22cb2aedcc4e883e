// Expects an answer to be a certain problem: by its status and, where the answer has a code of the registry, by its code.
import { codeRule, codes, type ProblemCode } from '../../contracts/core/problem-codes.ts'
import type { PlainExchange } from '../../harness/client/http-client.ts'
import { expectThat } from '../expect.ts'

/**
 * Fails unless the answer has the status of `code` and no other code of the registry. An error told in another shape, or with a
 * code of its own, is left to the checks of errors, which speak for that.
 */
export function expectProblem(
  { body, exchange, status, text }: PlainExchange,
  ...allowed: readonly ProblemCode[]
): void {
  const at = `exchange ${exchange.number}: ${exchange.method} ${exchange.path}`
  const expected = allowed.map((code) => `${codes[code].status} ${code}`).join(' or ')
  const known = isProblem(body) ? (body as { code: string }).code : undefined
  const fits = allowed.some((code) => codes[code].status === status && (known === undefined || known === code))
  expectThat(fits, expected, `${status} ${known ?? text.slice(0, 120)}`, at)
}

/** Whether a body is a problem of the registry, so that more of it can be judged than its status. */
export function isProblem(body: unknown): boolean {
  const { code } = (body ?? {}) as { code?: unknown }
  return typeof code === 'string' && codeRule(code) !== undefined
}
