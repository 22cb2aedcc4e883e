import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { contentManifest, runtimeManifest } from '../../contracts/bundle/manifest.sample.ts'
import { currentPlatform } from '../../contracts/bundle/platform.ts'
import { bundleTarget } from './bundle.ts'
import { TargetError } from './target.ts'

const here = currentPlatform()
const elsewhere = here === 'macos-arm64' ? 'windows-x64' : 'macos-arm64'

describe.skipIf(here === undefined)('a bundle for this machine', () => {
  const platform = here ?? 'linux-x64'

  it('is started as its manifest says', async () => {
    const manifest = { ...runtimeManifest(), platform }
    const dir = await bundleWith(JSON.stringify(manifest))
    expect(await bundleTarget(dir, { contract: 'session/1', contentDir: '/content' })).toEqual({
      kind: 'process',
      name: 'bundle',
      describes: `the bundle ${dir} (${platform}, sidecar 1.4.0, tree ${manifest.sha256.slice(0, 12)})`,
      file: join(dir, 'python', 'bin', 'python3.11'),
      args: ['-I', '-m', 'sidecar'],
      readyWithinMs: 60_000,
      bundle: { dir, digest: manifest.sha256, platform },
      contentDir: '/content',
    })
  })

  it('may have no arguments of its own', async () => {
    const { entrypoint_args: _, ...manifest } = { ...runtimeManifest(), platform }
    const target = await bundleTarget(await bundleWith(JSON.stringify(manifest)), { contract: 'session/1' })
    expect(target.args).toEqual([])
    expect(target).not.toHaveProperty('contentDir')
  })

  it('must serve the contract', async () => {
    const dir = await bundleWith(JSON.stringify({ ...runtimeManifest(), platform }))
    await refuses(dir, /^the bundle serves session\/1; asked for was agent\/1\. Choose with --contract\.$/, 'agent/1')
  })
})

describe('one clear line for what is no bundle to start', () => {
  it('a folder that is not there', async () => {
    await refuses(join(await emptyFolder(), 'gone'), /^--bundle needs a folder; there is nothing at .*gone$/)
  })

  it('a file', async () => {
    const file = join(await emptyFolder(), 'bundle.tar.gz')
    await writeFile(file, '')
    await refuses(file, /^--bundle needs a folder; .*bundle\.tar\.gz is a file\. Unpack it first\.$/)
  })

  it('a folder without a manifest', async () => {
    await refuses(await emptyFolder(), /^a bundle has a manifest\.json at its root; .* has none$/)
  })

  it('a manifest that is not JSON', async () => {
    await refuses(await bundleWith('{'), /^manifest\.json at .*: expected .*; received .*$/)
  })

  it('a manifest of another form, with how much more is wrong', async () => {
    const { sha256: _, kind: _kind, ...manifest } = runtimeManifest()
    await refuses(await bundleWith(JSON.stringify(manifest)), /^manifest\.json at #.*: expected .*; received .*$/)
  })

  it('a manifest that contradicts itself', async () => {
    const manifest = { ...runtimeManifest(), sha256: '0'.repeat(64) }
    await refuses(
      await bundleWith(JSON.stringify(manifest)),
      /^manifest\.json at #\/sha256: expected [0-9a-f]{64}; received "?0{64}"?$/,
    )
  })

  it('a bundle of content', async () => {
    await refuses(
      await bundleWith(JSON.stringify(contentManifest())),
      /^--bundle needs a bundle of kind python_runtime; .* is of kind chapter$/,
    )
  })

  it('a bundle for another machine', async () => {
    const manifest = { ...runtimeManifest(), platform: elsewhere }
    await refuses(
      await bundleWith(JSON.stringify(manifest)),
      new RegExp(`^the bundle is for ${elsewhere}; this machine is .*\\. Run it there\\.$`),
    )
  })
})

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sidecheck-bundle-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function bundleWith(manifest: string): Promise<string> {
  const folder = await emptyFolder()
  await writeFile(join(folder, 'manifest.json'), manifest)
  return folder
}

async function refuses(dir: string, says: RegExp, contract = 'session/1'): Promise<void> {
  const thrown = await bundleTarget(dir, { contract }).catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(TargetError)
  expect((thrown as TargetError).message).toMatch(says)
}
