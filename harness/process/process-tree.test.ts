import { describe, expect, onTestFinished, test } from 'vitest'
import { launchStandIn } from './fixtures/launch-for-test.ts'
import { membersOf, snapshotTree, stillAlive } from './process-tree.ts'
import { currentSystem } from './system/current.ts'
import type { ProcessEntry } from './system/process-system.ts'

/** A process of group and session 1, unless said otherwise. */
function entry(pid: number, ppid: number, rest: Partial<ProcessEntry> = {}): ProcessEntry {
  return { pid, ppid, pgid: 1, sid: 1, startTime: pid, state: 'S', dead: false, args: '', ...rest }
}

const root = { pid: 10, startTime: 10 }
const pids = (entries: ProcessEntry[]) => entries.map(({ pid }) => pid).toSorted((a, b) => a - b)

describe('membersOf', () => {
  test('follows parents over any number of steps, and nobody else', () => {
    const listing = [entry(30, 20), entry(20, 10), entry(10, 1), entry(11, 1), entry(1, 0)]
    expect(pids(membersOf(listing, [root]))).toEqual([10, 20, 30])
  })

  test('finds who lost the parent but stayed in the group or the session, also of a descendant seen earlier', () => {
    const listing = [entry(1, 0), entry(21, 1, { pgid: 10 }), entry(22, 1, { sid: 10 }), entry(31, 1, { sid: 20 })]
    expect(pids(membersOf(listing, [root, { pid: 20, startTime: 20 }]))).toEqual([21, 22, 31])
  })

  test("does not take the group of whoever started the root for the root's own", () => {
    const listing = [entry(10, 5), entry(5, 1, { pgid: 5, sid: 5 }), entry(6, 1, { pgid: 5, sid: 5 })]
    expect(pids(membersOf(listing, [root]))).toEqual([10])
  })

  test('a zombie is not alive, but those it led are found through it', () => {
    const listing = [entry(10, 1, { dead: true }), entry(20, 1, { sid: 10 })]
    expect(pids(membersOf(listing, [root]))).toEqual([20])
  })

  test('leaves alone who holds the pid today, and its children', () => {
    const listing = [entry(10, 1, { startTime: 50, pgid: 10 }), entry(51, 10), entry(52, 1, { pgid: 10 })]
    expect(membersOf(listing, [root])).toEqual([])
  })

  test('Windows: finds the orphan of a parent whose pid is used again, by who came first', () => {
    const none = { pgid: null, sid: null }
    const listing = [entry(10, 1, { startTime: 50, ...none }), entry(20, 10, none), entry(60, 10, none)]
    expect(pids(membersOf(listing, [root]))).toEqual([20])
  })

  test('a root that was gone before it could be looked at still leads', () => {
    expect(pids(membersOf([entry(20, 1, { pgid: 10 })], [{ pid: 10, startTime: 0 }]))).toEqual([20])
  })
})

describe('a real tree', () => {
  test('is found with the child that has a session of its own, and known to be dead afterwards', async () => {
    const system = currentSystem()
    const { launched, children } = await launchStandIn('--child=group', '--child=session')
    const snapshot = await snapshotTree(system, [await launched.identity])
    onTestFinished(() => system.kill(snapshot))
    expect(pids(snapshot)).toEqual([launched.pid, ...children].toSorted((a, b) => a - b))
    expect(pids(await stillAlive(system, snapshot))).toEqual(pids(snapshot))

    launched.signal('SIGKILL')
    await launched.exited
    expect(pids(await stillAlive(system, snapshot))).toEqual(children.toSorted((a, b) => a - b))
    const elsewhere = snapshot.map((one) => ({ ...one, startTime: one.startTime - 1 }))
    expect(await stillAlive(system, elsewhere)).toEqual([])
  })
})
