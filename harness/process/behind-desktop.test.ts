import { expect, test } from 'vitest'
import { behindDesktop } from './behind-desktop.ts'
import { echo, launchForTest, nodeProgram } from './fixtures/launch-for-test.ts'
import { snapshotTree, stillAlive } from './process-tree.ts'
import { currentSystem } from './system/current.ts'

const system = currentSystem()

test('what stands behind a desktop has its outputs, its arguments and its name', async () => {
  const tells = nodeProgram(
    `console.log(process.argv[1], process.env.SIDECAR_PARENT_PID, process.ppid); console.error('to stderr')`,
    'é "x" *',
  )
  const launched = await launchForTest(behindDesktop(tells))
  expect((await launched.nextLine())?.text).toBe(`é "x" * ${launched.pid} ${launched.pid}`)
  await launched.outputEnded
  expect(launched.stderrTail().text).toBe('to stderr\n')
})

test.each([[0], [69]])('a desktop ends as what it started: with %i', async (code) => {
  const launched = await launchForTest(behindDesktop(nodeProgram(`process.exit(${code})`)))
  expect(await launched.exited).toMatchObject({ code, signal: null })
})

test('what stands behind a desktop reads from the harness, and goes on to when the desktop is killed', async () => {
  const launched = await launchForTest(behindDesktop(echo))
  launched.stdin.write('before\n')
  expect((await launched.nextLine())?.text).toBe('before')
  const [, behind] = await snapshotTree(system, [await launched.identity])
  launched.signal('SIGKILL')
  await launched.exited
  launched.stdin.write('after\n')
  expect((await launched.nextLine())?.text).toBe('after')
  expect(await stillAlive(system, behind === undefined ? [] : [behind])).toHaveLength(1)
  launched.closeStdin()
  expect(await launched.nextLine()).toBeNull()
})

test('a desktop that cannot start anything says so', async () => {
  const launched = await launchForTest(behindDesktop({ ...echo, file: '/no/such/program' }))
  expect(await launched.exited).toMatchObject({ code: 1 })
  await launched.outputEnded
  expect(launched.stderrTail().text).toContain('ENOENT')
})
