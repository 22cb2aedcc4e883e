import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type SplitLine, splitLines } from './split-lines.ts'

/** Pushes the bytes in pieces of `size`. */
function split(bytes: Uint8Array, size: number, maxBytes = 1_000): SplitLine[] {
  const lines: SplitLine[] = []
  const splitter = splitLines((line) => lines.push(line), maxBytes)
  for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size))
  splitter.end()
  return lines
}

const texts = (lines: SplitLine[]) => lines.map(({ text }) => text)

describe('splitLines', () => {
  test('gives the same lines whatever the pieces, also in the middle of a character', () => {
    const bytes = Buffer.from('é漢😀\n\nsecond\r\n{"a":"😀"}\n')
    for (const size of [1, 2, 3, 5, 1_000]) {
      expect(texts(split(bytes, size))).toEqual(['é漢😀', '', 'second\r', '{"a":"😀"}'])
    }
  })

  test('any text comes out as it went in', () => {
    const lineText = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''))
    fc.assert(
      fc.property(fc.array(lineText, { minLength: 1 }), fc.integer({ min: 1, max: 7 }), (lines, size) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
        expect(texts(split(bytes, size, 100_000))).toEqual(lines)
      }),
    )
  })

  test('says of a last line that nothing ended it', () => {
    expect(split(Buffer.from('a\nb'), 1)).toMatchObject([
      { text: 'a', complete: true },
      { text: 'b', complete: false },
    ])
  })

  test('counts a line that is too long to the end but keeps its beginning only, up to a whole character', () => {
    expect(split(Buffer.from('ab€cd\nnext\n'), 2, 4)).toMatchObject([
      { text: 'ab', bytes: 7, validUtf8: true },
      { text: 'next', bytes: 4 },
    ])
  })

  test('flags bytes that are not UTF-8', () => {
    expect(split(Buffer.from([0x61, 0xe9, 0x0a]), 1)).toMatchObject([{ text: 'a\ufffd', validUtf8: false }])
  })

  test('shows what came since the last line feed', () => {
    const splitter = splitLines(() => {}, 1_000)
    splitter.push(Buffer.from('done\nhalf'))
    expect(splitter.pending()).toEqual({ text: 'half', bytes: 4 })
  })
})
