// Started and stopped again and again: nothing piles up.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bounds } from '../../../contracts/session/bounds.ts'
import { expectSame, expectThat } from '../../expect.ts'
import { mustBeAlive } from '../alive.ts'
import { check, type SessionContext } from '../context.ts'
import { mustStart } from './starts.ts'
import { mustLeaveWhole, treeOf } from './trees.ts'

/** The soak test runs the whole suite many times, and with it this. */
const times = 10

export const leavesNoTrace = check({
  id: 'session.process.leaves-no-trace',
  rule: 'SHOULD leave no more after ten starts and stops than after one: no temporary file, no process, no listening port',
  covers: ['LC-19'],
  catches: ['process.leaves-temporary-files'],
  scope: 'own',
  async run(context) {
    await mustBeAlive(context.client, context.sidecar)
    const temporary = await mkdtemp(join(tmpdir(), 'sidecheck-tmp-'))
    try {
      await startAndStop(context, temporary)
      const afterOne = await readdir(temporary)
      for (let time = 2; time <= times; time += 1) await startAndStop(context, temporary)
      const more = (await readdir(temporary)).filter((name) => !afterOne.includes(name))
      expectThat(more.length === 0, 'no more temporary files than after the first stop', more.slice(0, 5).join(', '))
    } finally {
      await rm(temporary, { recursive: true, force: true })
    }
  },
})

async function startAndStop(context: SessionContext, temporary: string): Promise<void> {
  const env = (env: Record<string, string>) => ({ ...env, TMPDIR: temporary, TEMP: temporary, TMP: temporary })
  const { client, sidecar } = await mustStart(context, { env }, 'again')
  const tree = await treeOf(sidecar)
  await client.shutdown()
  sidecar.process?.closeStdin()
  await mustLeaveWhole(context, tree, bounds.stopMs, 'the stop')
  expectSame((await sidecar.process?.exited)?.code, 0, 'after the stop: the exit code')
  await sidecar.stop()
}
