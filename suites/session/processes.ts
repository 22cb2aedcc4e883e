// Looks at processes from outside: who has a pid, who is gone. A pid alone says little, since systems use it again.

import type { Patience } from '../../harness/client/patience.ts'
import { stillAlive } from '../../harness/process/process-tree.ts'
import { currentSystem } from '../../harness/process/system/current.ts'
import type { ProcessEntry, ProcessIdentity } from '../../harness/process/system/process-system.ts'
import { expectThat } from '../expect.ts'
import { askUntil } from './ask-until.ts'

/** The living process with the pid that user code printed. Throws a Verdict where there is none. */
export async function processOf(printed: string): Promise<ProcessEntry> {
  const pid = Number(printed.trim())
  expectThat(Number.isInteger(pid) && pid > 1, 'a pid', JSON.stringify(printed.slice(0, 100)))
  const [entry] = await currentSystem().listProcesses([pid])
  expectThat(entry !== undefined && !entry.dead, `a living process ${pid}`, 'none in the process table')
  return entry
}

/** Expects that all of these have died within `boundMs`, stretched. */
export async function mustBeGone(
  processes: readonly ProcessIdentity[],
  { patience }: { readonly patience: Patience },
  boundMs: number,
  when: string,
): Promise<void> {
  const waitMs = patience.stretch(boundMs)
  const alive = await askUntil(
    () => stillAlive(currentSystem(), processes),
    (alive) => alive.length === 0,
    waitMs,
  )
  const described = alive.map(({ args, pid }) => `${pid} (${args.slice(0, 80)})`).join(', ')
  expectThat(alive.length === 0, `no process left within ${Math.round(waitMs)} ms of ${when}`, described)
}

/** Ends these at once, as somebody from outside does. */
export async function killFromOutside(processes: readonly ProcessIdentity[]): Promise<void> {
  await currentSystem().kill(processes)
}
