import { describe, expect, test } from 'vitest'
import { heedsNothing, launchForTest, launchStandIn, nodeProgram } from './fixtures/launch-for-test.ts'
import { stillAlive } from './process-tree.ts'
import { stopInSteps } from './stop.ts'
import { currentSystem } from './system/current.ts'

const system = currentSystem()
const onPosix = describe.skipIf(system.name === 'windows')
/** For a process that heeds the end of stdin and leaves children behind that heed nothing. */
const childrenHeedNothing = { treeGoneWithinMs: 0, settleWithinMs: 20 }
const pids = (entries: readonly { pid: number }[]) => entries.map(({ pid }) => pid).toSorted((a, b) => a - b)

describe('stopInSteps', () => {
  test('ends with the request, where the process heeds it', async () => {
    const { launched } = await launchStandIn()
    const report = await stopInSteps(launched, {
      answerWithinMs: 30_000,
      // Stands for a POST /shutdown whose answer comes when the process is already gone.
      shutdown: async () => {
        launched.closeStdin()
        await launched.exited
      },
    })
    expect(report).toMatchObject({
      endedBy: 'shutdown',
      shutdown: { kind: 'answered' },
      exit: { code: 0 },
      leftovers: [],
    })
  })

  test('goes on to close stdin after the request was answered, failed, or was never answered', async () => {
    const requests = {
      answered: async () => {},
      failed: () => Promise.reject(new Error('refused')),
      unanswered: () => new Promise(() => {}),
    }
    for (const [kind, shutdown] of Object.entries(requests)) {
      const { launched } = await launchStandIn()
      const report = await stopInSteps(launched, { shutdown, answerWithinMs: 20 })
      expect(report).toMatchObject({ endedBy: 'stdin', shutdown: { kind }, exit: { code: 0, signal: null } })
    }
  })

  test('finds nothing to do where the process has left', async () => {
    const launched = await launchForTest(nodeProgram('process.exit(5)'))
    await launched.exited
    const report = await stopInSteps(launched, { shutdown: () => Promise.reject(new Error('must not be asked')) })
    expect(report).toMatchObject({ endedBy: 'already-exited', shutdown: { kind: 'not-asked' }, exit: { code: 5 } })
  })

  test('ends a child that outlives the process, and reports it', async () => {
    const { launched, children } = await launchStandIn('--child=group')
    const report = await stopInSteps(launched, childrenHeedNothing)
    expect(report).toMatchObject({ endedBy: 'stdin', exit: { code: 0 }, survivors: [] })
    expect(pids(report.leftovers)).toEqual(children)
    expect(await stillAlive(system, report.leftovers)).toEqual([])
  })

  test('ends a child in a session of its own, whose parent is gone, and reports it', async () => {
    const { launched, children } = await launchStandIn('--child=session')
    const report = await stopInSteps(launched, childrenHeedNothing)
    expect(pids(report.leftovers)).toEqual(children)
    expect(await stillAlive(system, report.leftovers)).toEqual([])
  })

  test('gives the tree the time that the contract gives it', async () => {
    const leaves = `process.stdin.on('end', () => setTimeout(process.exit, 200)).resume()`
    const spawn = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(leaves)}], { stdio: ['inherit', 'ignore', 'ignore'] })`
    const launched = await launchForTest(
      nodeProgram(`${spawn}.once('spawn', () => console.log('up')); process.stdin.on('end', process.exit).resume()`),
    )
    await launched.nextLine()
    expect(await stopInSteps(launched)).toMatchObject({ leftovers: [], survivors: [] })
  })

  test('may be called again', async () => {
    const { launched } = await launchStandIn()
    await stopInSteps(launched)
    expect(await stopInSteps(launched)).toMatchObject({ endedBy: 'already-exited', exit: { code: 0 }, leftovers: [] })
  })
})

onPosix('the forced steps of POSIX', () => {
  test('SIGTERM for who does not heed the end of stdin', async () => {
    const { launched } = await launchStandIn('--ignore=eof')
    const report = await stopInSteps(launched, { forceAfterMs: { sigterm: 20 } })
    expect(report).toMatchObject({ endedBy: 'sigterm', exit: { code: null, signal: 'SIGTERM' }, leftovers: [] })
  })

  test('SIGKILL for who does not heed SIGTERM, and its group with it', async () => {
    const { launched, children } = await launchStandIn('--ignore=eof,SIGTERM', '--child=group')
    const report = await stopInSteps(launched, { forceAfterMs: { sigterm: 20, sigkill: 20 } })
    expect(report).toMatchObject({ endedBy: 'sigkill', exit: { code: null, signal: 'SIGKILL' }, leftovers: [] })
    const group = (await system.listProcesses(children)).filter(({ dead }) => !dead)
    expect(group).toEqual([])
  })

  test('a child in a session of its own is left over, since no signal to the group reaches it', async () => {
    const { launched, children } = await launchStandIn('--ignore=eof,SIGTERM', '--child=session')
    const report = await stopInSteps(launched, heedsNothing)
    expect(report.endedBy).toBe('sigkill')
    expect(pids(report.leftovers)).toEqual(children)
  })

  test('the contract waits 5 s for SIGTERM and 2 s more for SIGKILL', () => {
    expect(system.forcedRungs.map(({ step, afterMs }) => [step, afterMs])).toEqual([
      ['sigterm', 5_000],
      ['sigkill', 2_000],
    ])
  })
})
