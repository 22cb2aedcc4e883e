// Killed at any moment and started again over the same data directory: as if nothing had been, or all of it is back.

import { bounds } from '../../../contracts/session/bounds.ts'
import { program } from '../../../fixtures/programs/programs.ts'
import { within } from '../../../harness/client/patience.ts'
import { finish, hold, say } from '../../../harness/model/script.ts'
import { control, expectThat } from '../../expect.ts'
import { mustBeAlive } from '../alive.ts'
import { check, type SessionContext } from '../context.ts'
import { needsNotebook } from '../kernels.ts'
import { aside } from '../process/aside.ts'
import { mustStart } from '../process/starts.ts'
import { idsOf, needsRuns, printed, startRun } from '../runs.ts'
import { reachedHold, sendScripted } from '../turns.ts'
import { kill, type Left, leaveBehind, mustGoOn, nextLife } from './lives.ts'

const next =
  'it is ready again with a new boot_id, durable sessions are back and idle, other ids answer 404, and a new session works'

export const atRest = check({
  id: 'session.crash.at-rest',
  rule: `MUST start again after a kill at rest: ${next}`,
  covers: ['SES-08', 'LC-12', 'LC-16'],
  catches: [
    'crash.fails-on-old-ids',
    'crash.hangs-on-old-ids',
    'crash.durable-in-name-only',
    'crash.loses-reports',
    'crash.loses-workspaces',
    'process.same-boot-id',
    'process.refuses-after-a-crash',
  ],
  scope: 'own',
  async run(context) {
    await mustBeAlive(context.client, context.sidecar)
    const left = await leaveBehind(context)
    await mustGoOn(await nextLife(context), left)
  },
})

export const inTurn = check({
  id: 'session.crash.in-a-turn',
  rule: `MUST start again after a kill in the middle of a turn: ${next}`,
  covers: ['SES-08', 'LC-12'],
  catches: ['crash.fails-on-old-ids', 'crash.session-stays-busy', 'process.refuses-after-a-crash'],
  scope: 'own',
  async run(context) {
    await mustBeAlive(context.client, context.sidecar)
    const left = await leaveBehind(context)
    const { sessionId } = left
    const { script } = await control(() =>
      sendScripted(aside(context), [say('Once '), hold(), finish()], { sessionId }),
    )
    await reachedHold(context, script)
    const after = await nextLife(context).finally(script.release)
    await mustGoOn(after, left)
  },
})

export const inRun = check({
  id: 'session.crash.in-a-run',
  rule: `MUST start again after a kill in the middle of a run, which is then lost to the restart where sessions are durable: ${next}`,
  covers: ['SES-08', 'LC-12'],
  catches: ['crash.fails-on-old-ids', 'crash.keeps-runs-running', 'process.leaves-a-grandchild'],
  scope: 'own',
  skip: needsRuns,
  async run(context) {
    await mustBeAlive(context.client, context.sidecar)
    const left = await leaveBehind(context)
    const { sessionId } = left
    const { ids } = await control(async () => {
      const run = await startRun(aside(context), 'leaves-two-and-waits', { sessionId })
      await printed(run)
      return { ids: await idsOf(run) }
    })
    await mustGoOn(await nextLife(context), { ...left, cutOff: { run_id: ids.run_id } })
  },
})

export const inCell = check({
  id: 'session.crash.in-a-cell',
  rule: `MUST start again after a kill in the middle of a cell: ${next}`,
  covers: ['SES-08', 'LC-12'],
  catches: ['crash.fails-on-old-ids', 'crash.kernel-stays-busy', 'process.leaves-a-grandchild'],
  scope: 'own',
  skip: needsNotebook,
  async run(context) {
    await mustBeAlive(context.client, context.sidecar)
    const left = await leaveBehind(context)
    await beginCell(aside(context), left)
    await mustGoOn(await nextLife(context), left)
  },
})

/** Starts the kernel of the session and a cell that waits: a control. */
function beginCell({ client }: SessionContext, { sessionId }: Left): Promise<void> {
  const ids = { session_id: sessionId }
  return control(async () => {
    await client.startKernel(ids)
    const { code } = program('prints-its-pid-and-waits')
    const stream = await client.streamCells(ids, { cells: [{ cell_id: 'waits', code }] })
    await stream.next('cell_output')
  })
}

export const twice = check({
  id: 'session.crash.twice',
  rule: `MUST start again after two kills in a row, the second in the middle of the start: ${next}`,
  covers: ['SES-08', 'LC-12'],
  catches: ['crash.fails-on-old-ids', 'crash.durable-in-name-only', 'process.refuses-after-a-crash'],
  scope: 'own',
  async run(context) {
    const { dataDir = '', ready } = context.sidecar
    await mustBeAlive(context.client, context.sidecar)
    const left = await leaveBehind(context)
    await kill(context)
    const again = { dataDir, port: Number(ready?.['port']) }
    const second = await context.launch(again)
    // At its first word, before it can have settled.
    const line = await within(context.patience.stretch(bounds.readyMs), second.process.nextLine())
    expectThat(line?.text !== undefined, 'a ready line after a kill', 'none')
    await kill(context, second)
    await mustGoOn(await mustStart(context, again, 'after two kills'), left)
  },
})
