// How a handler refuses a request.
import { type Problem, problem } from '../../contracts/core/problem.ts'
import type { ProblemCode } from '../../contracts/core/problem-codes.ts'
import { Refusal } from '../server/call.ts'

/** The refusal with this code; `more` goes into its problem. */
export function refusal(
  code: ProblemCode,
  detail: string,
  more: Partial<Pick<Problem, 'context' | 'errors' | 'retry_after_ms'>> = {},
): Refusal {
  return new Refusal(problem(code, detail, more))
}
