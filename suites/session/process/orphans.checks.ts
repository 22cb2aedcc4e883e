// Nobody is left behind: the whole tree goes when the desktop dies, and when the process that was started is killed.
import { bounds } from '../../../contracts/session/bounds.ts'
import { control, expectThat } from '../../expect.ts'
import { mustBeAlive } from '../alive.ts'
import { check } from '../context.ts'
import { mustStart } from './starts.ts'
import { mustLeaveWhole, treeAtWork } from './trees.ts'

export const leavesWithParent = check({
  id: 'session.process.leaves-with-its-parent',
  rule: 'MUST leave within 10 s with its whole tree when the process of `SIDECAR_PARENT_PID` dies, although stdin stays open and no signal comes',
  covers: ['LC-07'],
  catches: ['process.ignores-parent-death', 'process.leaves-a-grandchild'],
  scope: 'own',
  launch: { behindDesktop: true },
  async run(context) {
    const { process, ready } = context.sidecar
    await mustBeAlive(context.client, context.sidecar)
    const tree = await treeAtWork(context)
    await control(async () => {
      const pids = tree.map(({ pid }) => pid)
      expectThat(pids.includes(Number(ready?.['pid'])), 'the sidecar below its desktop', `pids ${pids.join(', ')}`)
    })
    process?.signal('SIGKILL')
    await process?.exited
    await mustLeaveWhole(context, tree, bounds.orphanMs, 'the death of its parent')
  },
})

export const diesWhole = check({
  id: 'session.process.dies-whole',
  rule: 'MUST leave nothing alive 10 s after the process that was started is killed, and its port free',
  covers: ['LC-09', 'LC-12'],
  catches: ['process.leaves-a-grandchild', 'process.grandchild-keeps-the-port'],
  scope: 'own',
  async run(context) {
    const { process, ready, dataDir = '' } = context.sidecar
    await mustBeAlive(context.client, context.sidecar)
    const tree = await treeAtWork(context)
    process?.signal('SIGKILL')
    await process?.exited
    await mustLeaveWhole(context, tree, bounds.orphanMs, 'the death of the process that was started')
    const port = Number(ready?.['port'])
    await mustStart(context, { dataDir, port }, 'at the port of one that was killed')
  },
})
