import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findCollisions, foldPath } from './path-collisions.ts'

const seen = (paths: string[]) => findCollisions(paths).map((found) => `${found.code} ${found.path}`)

describe('findCollisions', () => {
  it.each([
    [['a', 'b'], []],
    [['A', 'a'], ['path.collision a']],
    [['é', 'e\u0301'], ['path.collision e\u0301']],
    [['ß', 'SS'], ['path.collision SS']],
    [['\ufb01le', 'file'], ['path.collision file']],
    [['ΑΣ', 'ας'], ['path.collision ας']],
    [['K', '\u212a'], ['path.collision \u212a']],
    [['A/x', 'a/y', 'a/z'], ['path.collision a']],
    [['A', 'a/x'], ['path.collision a']],
    [['a/x', 'A'], ['path.collision A']],
    [['a', 'a'], ['path.duplicate a']],
    [['a', 'a/b'], ['path.file-is-folder a']],
    [['a/b', 'a'], ['path.file-is-folder a']],
    [['a/x', 'a/y', 'b/x'], []],
  ])('of %j says %j', (paths, expected) => {
    expect(seen(paths)).toEqual(expected)
  })

  it('folds any two spellings of one name to the same key, and keeps its verdict in any order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        const spellings = [name.normalize('NFD'), name.normalize('NFC'), name.toLowerCase(), name.toUpperCase()]
        fc.pre(!name.includes('/') && new Set(spellings.map(foldPath)).size === 1)
        const distinct = [...new Set(spellings)]
        expect(findCollisions(distinct)).toHaveLength(distinct.length - 1)
        expect(findCollisions(distinct.toReversed())).toHaveLength(distinct.length - 1)
      }),
    )
  })

  it('says nothing of paths whose folded forms differ in every part', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,6}$/)), (names) => {
        expect(findCollisions(names.map((name) => `shared/${name}`))).toEqual([])
      }),
    )
  })
})
