// The ways a build can end without a bundle, each with the exit code of the command.

/** 1: something is broken or missing in the project · 2: wrong usage · 3: left out, since this machine lacks something. */
type ExitCode = 1 | 2 | 3

type Failure = Error & { exitCode: ExitCode }

/** The project itself is at fault. `message` says what was expected, what was found, and the next step. */
export const broken = (message: string): Failure => failure(1, message)

/** The command was called wrongly. */
export const wrongUsage = (message: string): Failure => failure(2, message)

/** This machine lacks something, so there can be no bundle here; whoever runs this may go on without one, and say so. */
export const leftOut = (reason: string): Failure => failure(3, `left out: ${reason}`)

/** The exit code and the one line for whatever was thrown; the stack too where it is a mistake of the builder itself. */
export function explainFailure(error: unknown): { exitCode: ExitCode; message: string } {
  if (isFailure(error)) return { exitCode: error.exitCode, message: error.message }
  return { exitCode: 1, message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}

function failure(exitCode: ExitCode, message: string): Failure {
  return Object.assign(new Error(message), { exitCode })
}

function isFailure(error: unknown): error is Failure {
  return error instanceof Error && 'exitCode' in error
}
