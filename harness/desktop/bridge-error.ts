// Why a command gave no result: what the program answered, or what became of it.
import type { Problem } from '../../contracts/core/problem.ts'
import { codes, type ProblemCode } from '../../contracts/core/problem-codes.ts'

/** What a program of stdio/1 sends instead of a result. */
export interface AnsweredError {
  /** Its own name for it, a Python exception's class for instance. */
  readonly type: string
  readonly message: string
  readonly problem?: Problem | undefined
}

export class BridgeError extends Error {
  override readonly name = 'BridgeError'
  readonly code: ProblemCode
  /** The same command may succeed if it is run again, and doing so harms nothing that this bridge knows of. */
  readonly retryable: boolean
  /** What the program answered; absent where it did not answer. */
  readonly answered?: AnsweredError
  /** The last of what it said on stderr, where it ended. */
  readonly stderr?: string

  constructor(
    code: ProblemCode,
    message: string,
    more: { readonly retryable?: boolean; readonly answered?: AnsweredError; readonly stderr?: string } = {},
  ) {
    super(message)
    this.code = code
    this.retryable = more.retryable ?? codes[code].retryable ?? false
    if (more.answered !== undefined) this.answered = more.answered
    if (more.stderr !== undefined) this.stderr = more.stderr
  }
}

/** The program answered with an error: its problem's code, else INTERNAL. */
export function answeredError(error: AnsweredError): BridgeError {
  const { code = 'INTERNAL', retryable = false } = error.problem ?? {}
  return new BridgeError(code, `${error.type}: ${error.message}`, { retryable, answered: error })
}
