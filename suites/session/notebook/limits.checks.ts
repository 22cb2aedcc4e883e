// Limits of cells: what passes one ends `limit`, and the kernel goes on, the same or a new one.
import { bounds } from '../../../contracts/session/bounds.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import {
  cellAt,
  mustBeSkipped,
  mustComplete,
  mustEnd,
  mustNotKnow,
  type Notebook,
  needsNotebook,
  openNotebook,
  shownBy,
} from '../kernels.ts'

export const wallLimit = check({
  id: 'session.cells.wall-limit',
  rule: 'MUST end a cell that passes `wall_ms` as `timeout_wall` no more than 1 s late, skip the others, and run the next batch in the same kernel or a new one',
  covers: ['EXE-03', 'NB-17'],
  catches: [
    'limits.ignore-wall',
    'cells.run-on-after-error',
    'cells.skip-for-another-reason',
    'kernel.counts-no-generations',
    'kernel.forgets-names',
    'kernel.replays-the-queue',
    'kernel.restart-keeps-names',
  ],
  scope: 'shared',
  skip: (capabilities) => needsNotebook(capabilities) ?? needsWallLimit(capabilities),
  async run(context) {
    await using notebook = await openNotebook(context)
    await endsInTime(context, notebook, 'loops-forever')
    await endsInTime(context, notebook, 'swallows-everything')
  },
})

const wallMs = 1_000

/** Skips where nothing sees to the wall limit. */
function needsWallLimit(capabilities: Readonly<Record<string, unknown>>): string | undefined {
  const { wall_ms: wall } = (capabilities['limits'] ?? {}) as { wall_ms?: { enforcement?: string } }
  const isEnforced = wall !== undefined && wall.enforcement !== 'none'
  return isEnforced ? undefined : 'the sidecar declares no wall limit that is enforced (`limits.wall_ms`)'
}

async function endsInTime({ patience }: SessionContext, notebook: Notebook, name: string): Promise<void> {
  await control(async () => mustEnd(cellAt(await notebook.run(['sets-a-name']), 0), 'ok', 'normal'))
  const before = await notebook.now()
  const batch = await control(() => notebook.send([name, 'one-plus-one'], { limits: { wall_ms: wallMs } }))
  await batch.began()
  const lateMs = wallMs + patience.stretch(bounds.limitOverrunMs)
  await batch.stream.next('cell_complete', { withinMs: wallMs + bounds.limitOverrunMs })
  await mustComplete(batch)
  const cell = cellAt(batch.cells(), 0)
  mustEnd(cell, 'limit', 'timeout_wall')
  expectSame([cell.result?.limit?.name, cell.result?.limit?.value], ['wall_ms', wallMs], 'the limit:', cell.at)
  const tookMs = (cell.endedAtMs ?? 0) - (cell.startedAtMs ?? 0)
  expectThat(tookMs <= lateMs, `an end within ${Math.round(lateMs)} ms`, `after ${Math.round(tookMs)} ms`, cell.at)
  await mustGoOn(notebook, before.generation, batch.cells().slice(1))
}

/** The kernel survived with its names, or a new one has none; either is right. */
async function mustGoOn(
  notebook: Notebook,
  generation: number,
  rest: Parameters<typeof mustBeSkipped>[0],
): Promise<void> {
  const after = await notebook.settled()
  mustBeSkipped(rest, after.generation === generation ? 'after_error' : 'kernel_restarted')
  const next = cellAt(await notebook.run(['shows-a-name']), 0)
  if (after.generation > generation) return mustNotKnow(next)
  mustEnd(next, 'ok', 'normal')
  expectSame(shownBy(next), '5', 'the name in a kernel that survived:', next.at)
}
