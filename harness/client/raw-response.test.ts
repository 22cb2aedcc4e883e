import { expect, test } from 'vitest'
import { parseResponse } from './raw-response.ts'

const answer = (...lines: string[]) => Buffer.from(lines.join('\r\n'))

test('reads a body by its length, once it is whole', () => {
  const bytes = answer('HTTP/1.1 404 Not Found', 'Content-Type: text/plain', 'Content-Length: 5', '', 'no on')
  expect(parseResponse(bytes.subarray(0, 20), false)).toBeUndefined()
  expect(parseResponse(bytes.subarray(0, -1), false)).toBeUndefined()
  expect(parseResponse(bytes, false)).toEqual({
    status: 404,
    headers: { 'content-type': 'text/plain', 'content-length': '5' },
    text: 'no on',
  })
})

test('reads a body by chunks', () => {
  const bytes = answer(
    'HTTP/1.1 200 OK',
    'Transfer-Encoding: chunked',
    '',
    '2',
    '{"',
    'A;x=1',
    'a":"bcdef"',
    '0',
    '',
    '',
  )
  expect(parseResponse(bytes.subarray(0, -8), false)).toBeUndefined()
  expect(parseResponse(bytes, false)?.text).toBe('{"a":"bcdef"')
})

test('reads a body without length to the end of the connection', () => {
  const bytes = answer('HTTP/1.1 200 OK', '', 'all of it')
  expect(parseResponse(bytes, false)).toBeUndefined()
  expect(parseResponse(bytes, true)?.text).toBe('all of it')
})

test('joins the lines of one header', () => {
  const bytes = answer('HTTP/1.1 204 No Content', 'Vary: a', 'vary: b', '', '')
  expect(parseResponse(bytes, false)?.headers).toEqual({ vary: 'a, b' })
})

test('passes over interim answers', () => {
  const interim = answer('HTTP/1.1 100 Continue', '', '')
  expect(parseResponse(interim, false)).toBeUndefined()
  const whole = Buffer.concat([interim, answer('HTTP/1.1 202 Accepted', 'content-length: 0', '', '')])
  expect(parseResponse(whole, false)?.status).toBe(202)
})

test('takes an answer to HEAD without the body that its length speaks of', () => {
  const bytes = answer('HTTP/1.1 405 Method Not Allowed', 'content-length: 120', '', '')
  expect(parseResponse(bytes, false)).toBeUndefined()
  expect(parseResponse(bytes, false, 'HEAD')).toMatchObject({ status: 405, text: '' })
})

test('reads of a stream the head alone', () => {
  const bytes = answer('HTTP/1.1 200 OK', 'content-type: text/event-stream', '', 'id: x')
  expect(parseResponse(bytes, false)).toMatchObject({ status: 200, text: '' })
})

test('does not take for an answer what is none', () => {
  expect(parseResponse(answer('220 mail.example ESMTP', '', ''), true)).toBeUndefined()
})
