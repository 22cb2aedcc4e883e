import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contentManifest } from '../../contracts/bundle/manifest.sample.ts'
import { checkManifest } from '../../contracts/bundle/manifest-rules.ts'
import { treeDigest } from '../../contracts/bundle/tree-digest.ts'
import { describeTree } from './describe-tree.ts'

const onPosix = process.platform !== 'win32'
const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'describe tree é-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const write = (path: string, content: string | Buffer = 'abc', mode = 0o644) => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
  chmodSync(join(root, path), mode)
}
const paths = async () => (await describeTree(root)).files.map(({ path }) => path)

describe('describeTree', () => {
  it('gives size and hash of every file, in the order of path bytes', async () => {
    for (const path of ['b/c', 'a', 'b-', 'é/\u{1f600}', '\uff5e']) write(path)
    expect(await paths()).toEqual(['a', 'b-', 'b/c', 'é/\u{1f600}', '\uff5e'])
    expect((await describeTree(root)).files[0]).toEqual({ path: 'a', type: 'file', mode: '644', size: 3, sha256: abc })
  })

  it('has no entry for folders, nor for the manifest and its signature at the root', async () => {
    mkdirSync(join(root, 'empty'))
    for (const path of ['manifest.json', 'manifest.json.minisig', 'x/manifest.json', 'manifest.json.bak']) write(path)
    expect(await paths()).toEqual(['manifest.json.bak', 'x/manifest.json'])
  })

  it('hashes files that are read in pieces like those that are read at once', async () => {
    const bytes = Buffer.alloc(5 * 1024 * 1024, 'abc')
    write('large', bytes)
    expect((await describeTree(root)).files).toMatchObject([{ size: bytes.length, sha256: hash('sha256', bytes) }])
  })

  it.runIf(onPosix)('reads modes from the disk: what the owner may execute is 755', async () => {
    for (const mode of [0o644, 0o600, 0o755, 0o700, 0o711, 0o655]) write(mode.toString(8), 'abc', mode)
    const modes = (await describeTree(root)).files.map(({ path, mode }) => `${path} ${mode}`)
    expect(modes).toEqual(['600 644', '644 644', '655 644', '700 755', '711 755', '755 755'])
  })

  it('takes modes from a list where the disk has none', async () => {
    for (const path of ['a', 'b', 'c.exe', 'd.exe']) write(path)
    const modesFrom = [
      { path: 'b', mode: '755' },
      { path: 'd.exe', mode: '644' },
    ]
    const { files } = await describeTree(root, { diskHasModes: false, modesFrom })
    expect(files.map(({ path, mode }) => `${path} ${mode}`)).toEqual(['a 644', 'b 755', 'c.exe 755', 'd.exe 644'])
  })

  it.runIf(onPosix)('describes links by what they say, and follows none', async () => {
    write('folder/file')
    symlinkSync('folder/é', join(root, 'dangling'))
    symlinkSync('../folder', join(root, 'folder/up'))
    const { files } = await describeTree(root)
    expect(files.map(({ path, type, mode }) => `${path} ${type} ${mode}`)).toEqual([
      'dangling symlink 000',
      'folder/file file 644',
      'folder/up symlink 000',
    ])
    expect(files[0]).toMatchObject({ target: 'folder/é', size: 9 })
    expect(checkManifest(contentManifest(files))).toEqual([])
  })

  it.runIf(onPosix)('sets entries apart that no manifest can hold', async () => {
    write('file')
    execFileSync('mkfifo', [join(root, 'pipe')])
    expect((await describeTree(root)).others).toEqual([{ path: 'pipe', type: 'special' }])
  })

  it.runIf(process.platform === 'linux')('sets names apart that are not UTF-8', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]), '')
    expect(await describeTree(root)).toEqual({ files: [], others: [{ path: '\ufffd', type: 'not-utf8' }] })
  })

  it('gives the same digest however many files are read at once, and another when one byte changes', async () => {
    for (let i = 0; i < 40; i++) write(`f${i % 7}/${i}`, `${i}`)
    const digest = async (concurrency: number) => treeDigest((await describeTree(root, { concurrency })).files)
    const before = await digest(1)
    expect(await digest(16)).toBe(before)
    write('f0/0', '1')
    expect(await digest(16)).not.toBe(before)
  })

  it('rejects where there is no folder', async () => {
    await expect(describeTree(join(root, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
