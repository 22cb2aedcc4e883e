// What each code comes to: the outcome that a scenario tells, that our own programs state, or that says it is unknown.
import type { Given } from '../../fixtures/programs/given.ts'
import type { Outcome } from '../../fixtures/programs/outcome.ts'
import { findProgram, programs } from '../../fixtures/programs/programs.ts'
import type { OwnEnd } from './fate.ts'

export interface Known {
  readonly outcome: Outcome
  readonly given: Given
}

/** What this code comes to; `told` is the outcome of a scenario, the same for any code. */
export function outcomeOf(code: string, told: Outcome | undefined): Known {
  const known = told === undefined ? findProgram(code) : { outcome: told, given: {} }
  return known ?? { outcome: unknown(), given: {} }
}

/** The end that an outcome states for a run, or for a cell, on this system. */
export function ownEndOf(outcome: Outcome, place: 'run' | 'cell', system: NodeJS.Platform = process.platform): OwnEnd {
  const { code, ename, evalue, inCell, onWindows, reason, signal, status } = outcome
  const said = { status, reason, ...optional({ code, signal }), ...optional({ ename, evalue }) }
  const own: OwnEnd =
    system === 'win32' && onWindows !== undefined ? { ...optional({ ename, evalue }), ...onWindows } : said
  if (place === 'run') return own
  if (inCell !== undefined) return { ...own, ...inCell } as OwnEnd
  return own.status === 'killed' ? { ...own, status: 'lost', reason: 'kernel_died' } : own
}

/** The mock runs no code. Its words stand on stderr too, so that whoever looks at the output sees them. */
function unknown(): Outcome {
  const says = `the mock runs no code and does not know this program; it plays ${[...programs().keys()].join(', ')} (fixtures/programs), or any code with \`--scenario\``
  return { status: 'internal', reason: 'launch_failed', ename: 'UnknownProgram', evalue: says, stderr: `${says}\n` }
}

function optional<Members extends object>(members: Members): { [Name in keyof Members]?: NonNullable<Members[Name]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
}
