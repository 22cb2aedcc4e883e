// What many faults do: wait for the mock to refuse a request for one reason, and answer something else.
import type { ProblemCode } from '../../contracts/core/problem-codes.ts'
import type { Call, Refusal, Reply } from '../server/call.ts'
import type { Fault } from './fault.ts'

/**
 * Serves as usual, but answers `instead` where the request is refused with `code` and `applies` (default: to every call).
 * A refusal is known by its name: a built mock and its faults are separate files, each with a class of its own.
 */
export function whenRefused(
  code: ProblemCode,
  instead: (call: Call, refused: Refusal['problem']) => Reply | Promise<Reply>,
  applies: (call: Call) => boolean = () => true,
): NonNullable<Fault['serve']> {
  return async (call, next, hit) => {
    try {
      return await next(call)
    } catch (error) {
      const { name, problem } = error as Refusal
      if (name !== 'Refusal' || problem.code !== code || !applies(call)) throw error
      hit()
      return instead(call, problem)
    }
  }
}
