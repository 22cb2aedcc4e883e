// Why a managed sidecar is not there, as a value for people and programs: a code, what happened, and what helps.
import { exitCodes, neverRestart } from '../../contracts/core/launch.ts'
import type { LaunchError } from '../process/launch-error.ts'
import type { Exit } from '../process/launched-process.ts'

/**
 * `WRONG_ARCH`, `INTEGRITY_FAILED` and `INCOMPATIBLE` are the desktop's own verdicts (contract, "Errors").
 * `NOT_FOUND`: there is no such executable. `INTERNAL`: everything else.
 */
export type FailureCode = 'WRONG_ARCH' | 'INTEGRITY_FAILED' | 'INCOMPATIBLE' | 'NOT_FOUND' | 'INTERNAL'

export interface SidecarFailure {
  readonly code: FailureCode
  /** What was expected and what came. */
  readonly detail: string
  /** What to do about it. */
  readonly hint: string
  /** Where the process ended by itself. */
  readonly exit?: Exit
  /** The last of what it said on stderr. */
  readonly stderr?: string
  /** Starting again by itself cannot help: the manager gives up at once (state `error`). */
  readonly final: boolean
}

/** The failure in one sentence or two, for a result's `error`. */
export function sayFailure({ code, detail, hint }: SidecarFailure): string {
  return `${code}: ${detail} ${hint}`
}

/** An end that nobody asked for. Code 0 is one, too. */
export function exitFailure(exit: Exit, stderr: string): SidecarFailure {
  const { code } = exit
  const final = code !== null && neverRestart.includes(code)
  const means = code !== null && code in exitCodes ? ` (${exitCodes[code as keyof typeof exitCodes]})` : ''
  const how = exit.signal ? `signal ${exit.signal}` : `exit code ${code}${means}`
  return { ...verdictOfExit(code), detail: `The sidecar ended unasked with ${how}.`, exit, stderr, final }
}

function verdictOfExit(code: number | null): Pick<SidecarFailure, 'code' | 'hint'> {
  if (code === 77) {
    return {
      code: 'INTEGRITY_FAILED',
      hint: 'Its bundle is damaged. Repair it: install the bundle again, then start.',
    }
  }
  if (code === 78) {
    return {
      code: 'INCOMPATIBLE',
      hint: 'It does not serve this contract or configuration. Update the app or the bundle so that both fit.',
    }
  }
  if (code === 64) {
    return { code: 'INTERNAL', hint: 'It does not take its arguments. Compare the command with its --help.' }
  }
  return { code: 'INTERNAL', hint: 'Read its stderr.' }
}

/** What may pass by itself: a system short of something, or a file that an installer or scanner still holds. */
const passing = ['EAGAIN', 'EBUSY', 'EMFILE', 'ENFILE', 'ENOMEM', 'ETXTBSY']

/** It could not be started at all. */
export function launchFailure(error: LaunchError): SidecarFailure {
  return { ...verdictOfLaunch(error), detail: error.message, final: !passing.includes(error.code) }
}

/** macOS says errno 86 (EBADARCH), for which Node has no name. */
function verdictOfLaunch({ code, cause }: LaunchError): Pick<SidecarFailure, 'code' | 'hint'> {
  const errno = cause instanceof Error && 'errno' in cause ? cause.errno : undefined
  if (code === 'ENOEXEC' || errno === -86) {
    return { code: 'WRONG_ARCH', hint: `Install the bundle for ${process.platform}-${process.arch}.` }
  }
  if (code === 'ENOENT') return { code: 'NOT_FOUND', hint: 'Install the bundle again.' }
  return { code: 'INTERNAL', hint: 'Try again.' }
}

/** It runs, or ran, but is not what was waited for. May be tried again. */
export function conductFailure(detail: string, stderr: string, exit?: Exit | null): SidecarFailure {
  return { code: 'INTERNAL', detail, hint: 'Read its stderr.', stderr, ...(exit ? { exit } : {}), final: false }
}
