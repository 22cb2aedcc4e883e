import { posix, win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkRelativePath, isRelativePath } from './relative-path.ts'

describe('checkRelativePath', () => {
  it.each([
    'a',
    'a/b',
    'python/bin/python3',
    '.hidden',
    '\ufb01le',
    '..a',
    'a..',
    'a...b/c',
    'Ünï cödé/é',
    'CON',
    'ab:c',
    '漢/😀',
  ])('accepts %j', (path) => {
    expect(checkRelativePath(path)).toEqual([])
  })

  it.each([
    ['', ['path.empty']],
    ['/', ['path.absolute']],
    ['/etc/passwd', ['path.absolute']],
    ['//server/share', ['path.absolute', 'path.empty-part']],
    ['C:x', ['path.drive']],
    ['c:/x', ['path.drive']],
    ['C:\\x', ['path.drive', 'path.backslash']],
    ['\\\\?\\C:\\x', ['path.backslash']],
    ['a\\b', ['path.backslash']],
    ['a\0b', ['path.nul']],
    ['a//b', ['path.empty-part']],
    ['a/', ['path.empty-part']],
    ['a\n/', ['path.empty-part']],
    ['..', ['path.dot-part']],
    ['../x', ['path.dot-part']],
    ['a/../b', ['path.dot-part']],
    ['a/.', ['path.dot-part']],
    ['./a', ['path.dot-part']],
    ['e\u0301', ['path.not-nfc']],
    ['\ud800', ['path.not-unicode']],
  ])('says of %j: %j', (path, codes) => {
    expect(checkRelativePath(path).map((found) => found.code)).toEqual(codes)
  })

  it('reports what was expected and received, as data that shows invisible characters', () => {
    expect(checkRelativePath('a\0')).toEqual([
      { code: 'path.nul', level: 'error', path: 'a\0', expected: 'no NUL', received: '"a\\u0000"' },
    ])
  })

  it('accepts every join of plain parts, and none of them once a hostile part is put in', () => {
    const plain = fc.stringMatching(/^[a-z0-9_-]{1,8}$/)
    const hostile = fc.constantFrom('', '.', '..', 'a\\b', 'x\0')
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1 }), hostile, fc.nat(), (parts, part, at) => {
        expect(isRelativePath(parts.join('/'))).toBe(true)
        const spoilt = parts.toSpliced(at % (parts.length + 1), 0, part)
        expect(isRelativePath(spoilt.join('/'))).toBe(false)
      }),
    )
  })

  it('never lets a path through that leaves the folder it is resolved in', () => {
    const alphabet = fc.constantFrom('.', '..', '/', '\\', 'a', 'C:', ' ', '\0')
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 8 }), (pieces) => {
        const path = pieces.join('')
        if (!isRelativePath(path)) return
        expect(posix.resolve('/x/y', path)).toMatch(/^\/x\/y\/./)
        expect(win32.resolve('D:\\x\\y', path)).toMatch(/^D:\\x\\y\\./)
      }),
    )
  })
})
