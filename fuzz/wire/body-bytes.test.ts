import { expect, test } from 'vitest'
import { bodyBytes, frameBody } from './body-bytes.ts'

test('joins the pieces of a body', () => {
  expect(bodyBytes(['é', { repeat: '[', times: 3 }, { base64: '/w==' }])).toEqual(
    Buffer.from([0xc3, 0xa9, 0x5b, 0x5b, 0x5b, 0xff]),
  )
  expect(bodyBytes(undefined)).toBeUndefined()
})

test('tells the end of a body by its length, or not at all where there is none', () => {
  expect(frameBody({}, Buffer.from('{}'))).toEqual({ headers: [['content-length', '2']], pieces: [Buffer.from('{}')] })
  expect(frameBody({})).toEqual({ headers: [], pieces: [] })
})

test('cuts a body into chunks', () => {
  const { headers, pieces } = frameBody({ framing: { kind: 'chunked', sizes: [1, 20] } }, Buffer.from('abcdefghijkl'))
  expect(headers).toEqual([['transfer-encoding', 'chunked']])
  expect(Buffer.concat(pieces).toString()).toBe('1\r\na\r\nb\r\nbcdefghijkl\r\n0\r\n\r\n')
})

test('declares more than it sends', () => {
  expect(frameBody({ framing: { kind: 'declared', bytes: 9 } })).toEqual({
    headers: [['content-length', '9']],
    pieces: [],
  })
})
