import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkWindowsNames } from './windows-name.ts'

const codesOf = (path: string) => checkWindowsNames(path).map((found) => found.code)

describe('checkWindowsNames', () => {
  it.each([
    'a',
    'console',
    'com',
    'com10',
    'nul_',
    '.nul',
    ' nul',
    'lpt/x',
    'a b',
    '.a',
    'aux-1.txt',
    '.',
    '..',
    'a/../b',
    'é',
  ])('accepts %j', (path) => {
    expect(codesOf(path)).toEqual([])
  })

  it.each([
    'CON',
    'con',
    'a/NUL/b',
    'nul.txt',
    'Aux.tar.gz',
    'COM1',
    'lpt9.x',
    'COM¹',
    'lpt³.log',
    'nul .txt',
    'CONIN$',
  ])('knows the device in %j', (path) => {
    expect(codesOf(path)).toEqual(['path.windows-reserved'])
  })

  it.each([
    ['a:b', ['path.windows-character']],
    ['what?', ['path.windows-character']],
    ['a\u0001', ['path.windows-character']],
    ['a./b', ['path.windows-trailing']],
    ['a ', ['path.windows-trailing']],
    ['...', ['path.windows-trailing']],
    ['x'.repeat(256), ['path.windows-length']],
    ['nul:stream', ['path.windows-reserved', 'path.windows-character']],
  ])('says of %j: %j', (path, codes) => {
    expect(codesOf(path)).toEqual(codes)
  })

  it('counts a part in UTF-16 code units', () => {
    expect(codesOf('😀'.repeat(127))).toEqual([])
    expect(codesOf('😀'.repeat(128))).toEqual(['path.windows-length'])
  })

  it('finds a bad name at any depth, whatever stands around it', () => {
    const plain = fc.array(fc.stringMatching(/^[a-z]{1,2}$/))
    const bad = fc.constantFrom('prn', 'b*d', 'b.', 'b ')
    fc.assert(
      fc.property(plain, bad, plain, (before, name, after) => {
        expect(codesOf([...before, ...after].join('/'))).toEqual([])
        expect(codesOf([...before, name, ...after].join('/'))).toHaveLength(1)
      }),
    )
  })
})
