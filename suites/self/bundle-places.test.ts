// The reference bundle runs where bundles end up: behind spaces and non-ASCII letters, on a read-only mount, without any Python on PATH; and it stays as it is.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { treeDigest } from '../../contracts/bundle/tree-digest.ts'
import { describeTree } from '../../harness/bundle/describe-tree.ts'
import { bundleTarget } from '../../harness/targets/bundle.ts'
import { chatAreas } from './broken-reference.ts'
import { buildReferenceBundle } from './reference-bundle.ts'
import { redOf, runAll } from './run-all.ts'

const run = promisify(execFile)
const bundle = await buildReferenceBundle()
const mayMount = process.platform === 'linux' && process.getuid?.() === 0
if (!mayMount) process.stdout.write('left out: the read-only mount (it needs Linux and root)\n')

describe.skipIf(typeof bundle === 'string')('the reference bundle', () => {
  if (typeof bundle === 'string') return

  it('keeps every rule from another path, read-only, with nothing on PATH, and changes no byte of itself', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sidecheck Ünï cödé-'))
    const copy = join(folder, 'a b')
    await cp(bundle.dir, copy, { recursive: true, verbatimSymlinks: true })
    const mounted = mayMount ? await mountReadOnly(copy, folder) : copy
    try {
      const target = await bundleTarget(mounted, { contract: 'session/1' })
      const bare = { ...target, cwd: '/' }
      const env = ({ PATH: _path, HOME: _home, ...rest }: Record<string, string>) => rest
      const results = await runAll(bare, { env }, [...chatAreas, 'user-run'])
      expect(redOf(results)).toEqual([])
      const { files } = await describeTree(copy)
      expect(treeDigest(files)).toBe(bundle.manifest.sha256)
    } finally {
      if (mayMount) await run('umount', [mounted])
      await rm(folder, { recursive: true, force: true })
    }
  }, 600_000)
})

async function mountReadOnly(source: string, folder: string): Promise<string> {
  const place = join(folder, 'mounted here')
  await mkdir(place)
  await run('mount', ['--bind', source, place])
  await run('mount', ['-o', 'remount,bind,ro', place])
  return place
}
