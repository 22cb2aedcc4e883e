import { expect, onTestFinished, test } from 'vitest'
import { echo, launchForTest, launchStandIn, standIn } from './fixtures/launch-for-test.ts'
import { createGuardedTrees } from './guarded-trees.ts'
import { stillAlive } from './process-tree.ts'
import { currentSystem } from './system/current.ts'

const system = currentSystem()

test('finds a child in a session of its own that has been seen before its parent left', async () => {
  const trees = createGuardedTrees(system)
  const { launched, children } = await launchStandIn('--child=session')
  const child = await system.listProcesses(children)
  onTestFinished(() => system.kill(child))
  trees.heed({ guard: await launched.identity })
  await trees.lookAround()
  launched.signal('SIGKILL')
  await launched.exited
  expect(await stillAlive(system, child)).toHaveLength(1)
  await trees.endAll()
  expect(await stillAlive(system, child)).toEqual([])
})

test('ends whom it knows by pid only, where the start time never came', async () => {
  const trees = createGuardedTrees(system)
  const launched = await launchForTest(standIn('--ignore=eof,SIGTERM'))
  trees.heed({ guard: { pid: launched.pid, startTime: null } })
  await trees.endAll()
  expect((await launched.exited).code).not.toBe(0)
})

test('leaves alone who holds the pid now, and who was released', async () => {
  const trees = createGuardedTrees(system)
  const [successor, released] = [await launchForTest(echo), await launchForTest(echo)]
  const { pid, startTime } = await successor.identity
  trees.heed({ guard: { pid, startTime: startTime - 1 } })
  trees.heed({ guard: await released.identity })
  trees.heed({ release: { pid: released.pid } })
  await trees.lookAround()
  await trees.endAll()
  for (const launched of [successor, released]) {
    launched.stdin.write('alive\n')
    expect((await launched.nextLine())?.text).toBe('alive')
  }
})
