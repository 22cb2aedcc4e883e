import { describe, expect, it } from 'vitest'
import { contentManifest, fileEntry, linkEntry, runtimeManifest } from './manifest.sample.ts'
import type { Manifest, TreeEntry } from './manifest.ts'
import { checkManifest } from './manifest-rules.ts'

const found = (manifest: Manifest) => checkManifest(manifest).map(({ code, path }) => `${code} ${path}`)
const withLink = (path: string, target: string) => contentManifest([fileEntry('a/b', '644'), linkEntry(path, target)])

describe('checkManifest', () => {
  it('finds nothing in manifests that keep every rule', () => {
    expect(checkManifest(runtimeManifest())).toEqual([])
    expect(checkManifest(contentManifest())).toEqual([])
    expect(
      checkManifest({ ...contentManifest(), max_relpath_utf16: 4000, expires_at: '2026-01-02T00:00:00.000Z' }),
    ).toEqual([])
  })

  it.each<[string, Manifest, string[]]>([
    ['a digest of other files', { ...contentManifest(), sha256: '0'.repeat(64) }, ['manifest.tree-digest #/sha256']],
    [
      'a length too small',
      { ...contentManifest(), max_relpath_utf16: 8 },
      ['manifest.path-length #/max_relpath_utf16'],
    ],
    [
      'an expiry before its creation',
      { ...contentManifest(), expires_at: '2026-01-01T00:00:00.000Z' },
      ['manifest.expiry #/expires_at'],
    ],
    [
      'an entry for itself',
      contentManifest([fileEntry('a', '644'), fileEntry('manifest.json', '644')]),
      ['manifest.lists-itself #/files/1'],
    ],
    ['a path that escapes', contentManifest([fileEntry('../a', '644')]), ['path.dot-part ../a']],
    ['names that meet', contentManifest([fileEntry('A', '644'), fileEntry('a', '644')]), ['path.collision a']],
    [
      'an entrypoint that is not there',
      { ...runtimeManifest(), entrypoint: 'bin/sidecar' },
      ['manifest.entry-missing #/entrypoint'],
    ],
    [
      'an interpreter that is no program',
      { ...runtimeManifest(), python_executable_relpath: 'python/lib/python3.11/os.py' },
      ['manifest.entry-missing #/python_executable_relpath'],
    ],
    [
      'a link whose digest is not that of its target',
      contentManifest([{ ...linkEntry('l', 'a'), target: 'b' } as TreeEntry]),
      ['manifest.link-digest #/files/0'],
    ],
    [
      'a link whose size is not that of its target',
      contentManifest([{ ...linkEntry('l', 'a'), size: 2 }]),
      ['manifest.link-digest #/files/0'],
    ],
  ])('finds %s', (_, manifest, expected) => {
    expect(found(manifest)).toEqual(expected)
  })

  it('accepts a link as entrypoint', () => {
    expect(found({ ...runtimeManifest(), entrypoint: 'python/bin/python3' })).toEqual([])
  })

  it.each([
    ['l', 'a/b'],
    ['x/l', '../a/b'],
    ['x/l', '..'],
    ['x/y/l', '../../a'],
  ])('lets the link %s -> %s be', (path, target) => {
    expect(found(withLink(path, target))).toEqual([])
  })

  it.each([
    ['l', '..'],
    ['l', '/etc'],
    ['x/l', '../../a'],
    ['x/y/l', '../a/../../../b'],
    ['x/l', 'a/../b'],
    ['l', 'C:x'],
    ['l', 'a\\b'],
  ])('finds that the link %s -> %s may escape', (path, target) => {
    expect(found(withLink(path, target))).toEqual(['manifest.link-escapes #/files/1/target'])
  })
})
