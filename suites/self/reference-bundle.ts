// The real bundle that tests run against: built once, kept between runs, or left out with its reason where it cannot be built.
import { execFile } from 'node:child_process'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseManifest, type RuntimeManifest } from '../../contracts/bundle/manifest.ts'
import { currentPlatform } from '../../contracts/bundle/platform.ts'
import type { ProcessTarget } from '../../harness/targets/target.ts'
import type { Edit, Slip } from './broken-reference.ts'

const root = join(import.meta.dirname, '..', '..')

export interface ReferenceBundle {
  readonly dir: string
  readonly manifest: RuntimeManifest
}

/** Builds the bundle where it is not there yet. A text says why it was left out; where it is required that is an error instead. */
export async function buildReferenceBundle(): Promise<ReferenceBundle | string> {
  try {
    await promisify(execFile)(process.execPath, [join(root, 'tools', 'bundle-reference.ts')], { cwd: root })
  } catch (error) {
    const { code, stderr = '' } = error as { code?: number; stderr?: string }
    const why = stderr.trim().split('\n').at(-1) ?? ''
    if (code !== 3 || process.env['SIDECHECK_REQUIRE_BUNDLE'] !== undefined)
      throw new Error(`the reference bundle was not built: ${why}`)
    return why
  }
  const dir = join(root, 'dist', 'bundles', `python_runtime-${currentPlatform()}`)
  const parsed = parseManifest(await readFile(join(dir, 'manifest.json'), 'utf8'))
  if (!('manifest' in parsed) || parsed.manifest.kind !== 'python_runtime')
    throw new Error(`${dir} has no runtime manifest`)
  return { dir, manifest: parsed.manifest }
}

/** The reference's own code, copied to `folder` with one line broken, run by the bundle's interpreter. */
export async function brokenReference(bundle: ReferenceBundle, slip: Slip, folder: string): Promise<ProcessTarget> {
  await cp(join(root, 'fixtures', 'reference-sidecar'), folder, {
    recursive: true,
    filter: (path) => !path.includes('__pycache__'),
  })
  for (const edit of [slip, ...(slip.also === undefined ? [] : [slip.also])]) await breakLine(folder, edit)
  await hurry(join(folder, 'reference_sidecar'))
  const python = join(bundle.dir, ...bundle.manifest.python_executable_relpath.split('/'))
  const args = ['-B', '-u', '-X', 'utf8', join(folder, 'sidecar.py')]
  return {
    kind: 'process',
    name: 'command',
    describes: `the reference that ${slip.file} breaks`,
    file: python,
    args,
    readyWithinMs: 20_000,
  }
}

async function breakLine(folder: string, { file, from, to }: Edit): Promise<void> {
  const path = join(folder, 'reference_sidecar', file)
  const source = await readFile(path, 'utf8')
  if (source.split(from).length !== 2) throw new Error(`${file} should hold this exactly once: ${from}`)
  await writeFile(
    path,
    source.replace(from, () => to),
  )
}

/** A silent stream is seen after one second instead of five, a slow request given up after three instead of ten: the copies are many. */
async function hurry(folder: string): Promise<void> {
  const waits = [
    ['capabilities.py', 'KEEP_ALIVE_MS = 5000', 'KEEP_ALIVE_MS = 1000'],
    ['slow_requests.py', 'WHOLE_WITHIN_S = 10.0', 'WHOLE_WITHIN_S = 3.0'],
  ] as const
  for (const [file, long, short] of waits) {
    const source = await readFile(join(folder, file), 'utf8')
    await writeFile(join(folder, file), source.replace(long, short))
  }
}
