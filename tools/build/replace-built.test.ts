import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { replaceBuilt } from './replace-built.ts'

let folder: string
const startedAt = new Date('2026-01-31T12:00:00.000Z')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sidecheck-replace-'))
  await write('out/cli/main.js', 'old')
  await write('out/cli/gone.js', 'old')
  await write('out/harness/x.js', 'old')
  await write('out/bundles/python/manifest.json', 'kept')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('replaces what was built, keeps what was not, and dates it by the beginning of the build', async () => {
  await write('staged/cli/main.js', 'new')
  await write('staged/harness/x.js', 'new')
  await replaceBuilt(join(folder, 'staged'), join(folder, 'out'), startedAt)
  expect(await read('out/cli/main.js')).toBe('new')
  expect(await read('out/harness/x.js')).toBe('new')
  expect(await read('out/bundles/python/manifest.json')).toBe('kept')
  expect(await readdir(join(folder, 'out', 'cli'))).toEqual(['main.js'])
  expect((await stat(join(folder, 'out', 'cli', 'main.js'))).mtime).toEqual(startedAt)
})

test('a build without a program replaces nothing', async () => {
  await write('staged/harness/x.js', 'new')
  await expect(replaceBuilt(join(folder, 'staged'), join(folder, 'out'), startedAt)).rejects.toThrow(/ENOENT/)
  expect(await read('out/cli/main.js')).toBe('old')
  expect(await read('out/harness/x.js')).toBe('old')
})

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), text)
}

function read(path: string): Promise<string> {
  return readFile(join(folder, path), 'utf8')
}
