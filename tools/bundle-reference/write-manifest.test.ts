import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parseManifest } from '../../contracts/bundle/manifest.ts'
import { checkManifest } from '../../contracts/bundle/manifest-rules.ts'
import { type BundleFacts, releaseSeqOf, writeManifest } from './write-manifest.ts'

const facts: BundleFacts = {
  platform: 'linux-x64',
  pythonVersion: '3.11.7',
  executable: 'python/bin/python3.exe',
  sidecarVersion: '1.4.2',
  contract: 'session/1',
  createdAt: new Date(0),
  pythonFrom: 'machine',
}
let root = ''

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'write-manifest-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const write = async (path: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), path, { mode: 0o755 })
}

it('writes a manifest that keeps every rule, and the same bytes again', async () => {
  await write(facts.executable)
  await write('app/x.py')
  await writeManifest(root, facts)
  const text = await readFile(join(root, 'manifest.json'), 'utf8')
  const parsed = parseManifest(text)
  expect('manifest' in parsed && checkManifest(parsed.manifest)).toEqual([])
  expect(parsed).toMatchObject({
    manifest: { entrypoint: facts.executable, release_seq: 1004002, files: { length: 2 } },
  })
  await writeManifest(root, facts)
  expect(await readFile(join(root, 'manifest.json'), 'utf8')).toBe(text)
})

it('writes none for a tree that could not be a bundle', async () => {
  await write('app/x.py')
  await expect(writeManifest(root, facts)).rejects.toThrow('manifest.entry-missing at #/entrypoint')
  await expect(readFile(join(root, 'manifest.json'))).rejects.toMatchObject({ code: 'ENOENT' })
})

it.each([
  ['1.0.0', 1_000_000],
  ['1.4.2', 1_004_002],
  ['0.0.7-rc.1', 7],
])('numbers release %s as %i', (version, expected) => {
  expect(releaseSeqOf(version)).toBe(expected)
})
