import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sortByPath, treeDigest } from './tree-digest.ts'

const entry = (path: string, sha256 = 'a'.repeat(64)) => ({ type: 'file', mode: '644', size: 3, sha256, path })

describe('treeDigest', () => {
  it('is the SHA-256 of the lines the contract writes down', () => {
    const link = { type: 'symlink', mode: '000', size: 1, sha256: 'b'.repeat(64), path: 'z' }
    const lines = `file 644 3 ${'a'.repeat(64)} a b\nsymlink 000 1 ${'b'.repeat(64)} z\n`
    expect(treeDigest([link, entry('a b')])).toBe(createHash('sha256').update(lines).digest('hex'))
  })

  it('of nothing is the SHA-256 of nothing', () => {
    expect(treeDigest([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  it('leaves out the manifest and its signature at the root, and only there', () => {
    const rest = [entry('a'), entry('a/manifest.json')]
    expect(treeDigest([...rest, entry('manifest.json'), entry('manifest.json.minisig')])).toBe(treeDigest(rest))
    expect(treeDigest([entry('a')])).not.toBe(treeDigest(rest))
  })

  it('does not depend on the order of entries', () => {
    const paths = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 12 })
    fc.assert(
      fc.property(paths, fc.infiniteStream(fc.nat()), (names, random) => {
        const shuffled = names.toSorted(() => (Number(random.next().value) % 3) - 1)
        expect(treeDigest(shuffled.map((name) => entry(name)))).toBe(treeDigest(names.map((name) => entry(name))))
      }),
    )
  })

  it('changes with every field', () => {
    const base = entry('a')
    const others = [{ type: 'symlink' }, { mode: '755' }, { size: 4 }, { sha256: 'c'.repeat(64) }, { path: 'b' }]
    const digests = [base, ...others.map((change) => ({ ...base, ...change }))].map((one) => treeDigest([one]))
    expect(new Set(digests).size).toBe(digests.length)
  })
})

it('sorts by UTF-8 bytes, where code points beyond U+FFFF come last', () => {
  expect(sortByPath([entry('\u{1f600}'), entry('\uff5e'), entry('a/b'), entry('a-b')]).map(({ path }) => path)).toEqual(
    ['a-b', 'a/b', '\uff5e', '\u{1f600}'],
  )
})
