// Nothing is left running: not after a run, not when it is interrupted, not when the whole runner is killed.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { snapshotTree, stillAlive } from '../../harness/process/process-tree.ts'
import { currentSystem } from '../../harness/process/system/current.ts'
import type { ProcessEntry } from '../../harness/process/system/process-system.ts'

const program = join(import.meta.dirname, '..', '..', 'cli', 'sidecheck.js')
const system = currentSystem()

it.each<[how: string, end: (child: ChildProcess) => void]>([
  ['is killed', (child) => child.kill('SIGKILL')],
  ['is interrupted', (child) => child.kill('SIGINT')],
])('a run that %s in the middle leaves nothing alive', async (_how, end) => {
  const folder = await mkdtemp(join(tmpdir(), 'sidecheck-orphans-'))
  try {
    const child = spawn(process.execPath, [program, 'run', '--mock'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stderr?.resume()
    // The first line says that the shared sidecar runs.
    await once(child.stdout ?? child, 'data')
    child.stdout?.resume()
    const [entry] = await system.listProcesses([child.pid ?? 0])
    if (entry === undefined) throw new Error('the run ended before it could be looked at')
    const tree = await snapshotTree(system, [entry])
    expect(tree.length, tree.map(({ args }) => args).join('\n')).toBeGreaterThan(2)
    end(child)
    expect(await survivors(tree)).toEqual([])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

it('a run that is killed leaves nothing of a sidecar that a check has made an orphan', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sidecheck-orphans-'))
  try {
    // The check kills the desktop before the sidecar, which then stays: for 10 s nobody but the guardian knows of it.
    const words = ['--only', 'session.process.leaves-with-its-parent', '--fault', 'process.ignores-parent-death']
    const child = spawn(process.execPath, [program, 'run', '--mock', ...words], { cwd: folder, stdio: 'ignore' })
    const [entry] = await system.listProcesses([child.pid ?? 0])
    if (entry === undefined) throw new Error('the run ended before it could be looked at')
    const isDesktop = ({ args }: ProcessEntry) => args.includes('fake-desktop-main')
    const alone = (tree: readonly ProcessEntry[]) => tree.some(isMock) && !tree.some(isDesktop)
    const grown = await treeThat(entry, (tree) => tree.some(isDesktop) && tree.filter(isMock).length >= 3)
    const orphaned = await treeThat(entry, alone, grown)
    child.kill('SIGKILL')
    expect(await survivors([...grown, ...orphaned])).toEqual([])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

/** The mock, and the processes that it starts. */
function isMock({ args }: ProcessEntry): boolean {
  return args.includes('mock-sidecar') || args.includes('process.stdin')
}

/** The tree as soon as it is as expected; looks again until it is. `known` were members before. */
async function treeThat(
  root: ProcessEntry,
  fits: (tree: readonly ProcessEntry[]) => boolean,
  known: readonly ProcessEntry[] = [],
): Promise<readonly ProcessEntry[]> {
  const giveUpAtMs = performance.now() + 30_000
  for (;;) {
    const tree = await snapshotTree(system, [root, ...known])
    if (fits(tree)) return tree
    if (performance.now() > giveUpAtMs) throw new Error(`not as expected: ${tree.map(({ args }) => args).join('\n')}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Who of the tree is alive after 10 s; looks again for as long as somebody is. */
async function survivors(tree: readonly ProcessEntry[]): Promise<ProcessEntry[]> {
  const giveUpAtMs = performance.now() + 10_000
  for (;;) {
    const alive = await stillAlive(system, tree)
    if (alive.length === 0 || performance.now() > giveUpAtMs) return alive
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
