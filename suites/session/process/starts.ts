// Starts that are themselves what is judged: one that must succeed, one that must be refused.
import { within } from '../../../harness/client/patience.ts'
import type { Exit } from '../../../harness/process/launched-process.ts'
import type { Line } from '../../../harness/process/line-log.ts'
import { Verdict } from '../../../harness/verdict.ts'
import { expectSame, expectThat } from '../../expect.ts'
import type { SessionContext, StartChanges } from '../context.ts'
import { contextOf } from './aside.ts'

/** Starts a sidecar that must become ready: one that does not is no missing control, it breaks the rule. Gives the context of checks for it. */
export async function mustStart(context: SessionContext, changes: StartChanges, when: string): Promise<SessionContext> {
  try {
    return contextOf(context, await context.start(changes))
  } catch (error) {
    if (!(error instanceof Verdict)) throw error
    const { control: _, expected, ...facts } = error.facts
    throw new Verdict({ ...facts, expected: `${expected} ${when}` })
  }
}

/** Expects that a start ends with this exit code, without a word on stdout. */
export async function mustRefuse(
  context: SessionContext,
  changes: StartChanges,
  code: number,
  why: string,
): Promise<void> {
  const { process } = await context.launch(changes)
  const { patience, sidecar } = context
  const waitMs = patience.stretch(sidecar.target.kind === 'process' ? sidecar.target.readyWithinMs : 0)
  const line = process.nextLine().then<Line | Exit>((line) => line ?? process.exited)
  const first = await within(waitMs, Promise.race([process.exited, line]))
  const received = first === undefined ? 'it is still there, and silent' : 'text' in first ? first.text : 'an exit'
  expectThat(received === 'an exit', `an exit with code ${code} ${why}`, received.slice(0, 200))
  const { code: left, signal } = await process.exited
  expectSame(left ?? signal, code, `${why}: the exit code`)
  expectSame(
    process.lines.map(({ text }) => text),
    [],
    `${why}: lines on stdout`,
  )
}
