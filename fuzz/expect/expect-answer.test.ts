// The fuzzer's own reading of the guards, case by case: what it allows decides what it finds.
import { expect, test } from 'vitest'
import { refusedBodyBytes } from '../../contracts/core/contract.ts'
import type { ProblemCode } from '../../contracts/core/problem-codes.ts'
import { sessionContract } from '../../contracts/session/contract.ts'
import { newIdentifiers } from '../wire/identifiers.ts'
import { type FuzzRequest, withHeader, withoutHeader } from '../wire/request.ts'
import { wireRequest } from '../wire/wire-request.ts'
import { expectAnswer } from './expect-answer.ts'

const own = { port: '8700', token: 'secret', origin: 'http://desktop.example' }

const identifiers = newIdentifiers()
identifiers.learn({ session_id: 'gone', turn_id: 'turn-1' })
identifiers.learn({ session_id: 'here', turn_id: 'turn-2' })
identifiers.end('gone')

function answers(request: FuzzRequest) {
  return expectAnswer(wireRequest(request, { ...own, identifiers }), sessionContract, own)
}

const plain: FuzzRequest = {
  method: 'GET',
  target: '/ready',
  identifiers: {},
  headers: [
    ['host', '127.0.0.1:{port}'],
    ['authorization', 'Bearer {token}'],
  ],
  via: 'socket',
  events: 0,
}
const json = withHeader(plain, 'content-type', 'application/json')
const post: FuzzRequest = { ...json, method: 'POST', target: '/api/session/new', body: ['{}'] }
const message: FuzzRequest = {
  ...post,
  target: '/api/session/{session_id}/message/stream',
  identifiers: { session_id: { known: 0 } },
  body: ['{"message":"hi"}'],
}
const end: FuzzRequest = { ...plain, method: 'POST', target: '/api/session/{session_id}/end' }
const cancel: FuzzRequest = { ...end, target: '/api/session/{session_id}/turns/{turn_id}/cancel' }

test.each<[what: string, request: FuzzRequest]>([
  ['a good request', plain],
  ['the other name of the host', withHeader(plain, 'host', 'localhost:{port}')],
  ['an allowed origin', withHeader(plain, 'origin', '{origin}')],
  ['health without a token', withoutHeader({ ...plain, target: '/health' }, 'authorization')],
  ['a query', { ...plain, target: '/ready?x=1' }],
  ['a body', post],
  ['a body with a charset', withHeader(post, 'content-type', 'application/json; charset=UTF-8')],
  ['no body where all is optional', withoutHeader({ ...plain, method: 'POST', target: '/api/session/new' }, 'x')],
  ['members nobody knows', { ...post, body: ['{"later":1}'] }],
  ['a body in chunks', { ...post, framing: { kind: 'chunked', sizes: [1] } }],
  ['ending what has ended', { ...end, identifiers: { session_id: { ended: 0 } } }],
])('%s must be answered by the operation', (_what, request) => {
  const { codes, operation, success } = answers(request)
  expect({ operation: operation !== undefined, success, codes }).toEqual({ operation: true, success: true, codes: [] })
})

test.each<[what: string, request: FuzzRequest, codes: ProblemCode[]]>([
  ['a foreign host', withHeader(plain, 'host', 'evil.example'), ['MISDIRECTED_HOST']],
  ['a host without its port', withHeader(plain, 'host', 'localhost'), ['MISDIRECTED_HOST']],
  ['a foreign origin', withHeader(plain, 'origin', 'null'), ['FORBIDDEN_ORIGIN']],
  ['no token', withoutHeader(plain, 'authorization'), ['UNAUTHENTICATED']],
  ['no token on an unknown path', withoutHeader({ ...plain, target: '/x' }, 'authorization'), ['UNAUTHENTICATED']],
  ['a foreign host before all', withoutHeader(withHeader(plain, 'host', 'x'), 'authorization'), ['MISDIRECTED_HOST']],
  ['an unknown path', { ...plain, target: '/readyx' }, ['NOT_FOUND']],
  ['a path with a slash more', { ...plain, target: '/ready/' }, ['NOT_FOUND']],
  ['an empty segment', { ...end, target: '/api/session//end' }, ['NOT_FOUND']],
  ['another method', { ...plain, method: 'PROPFIND' }, ['METHOD_NOT_ALLOWED']],
  ['another type', withHeader(post, 'content-type', 'text/plain'), ['UNSUPPORTED_MEDIA_TYPE']],
  ['another type without a body', withHeader(end, 'content-type', 'text/plain'), ['UNSUPPORTED_MEDIA_TYPE']],
  ['too many bytes', { ...post, framing: { kind: 'declared', bytes: refusedBodyBytes + 1 } }, ['PAYLOAD_TOO_LARGE']],
  ['no JSON', { ...post, body: ['{"a":NaN}'] }, ['PARSE_ERROR']],
  ['no UTF-8', { ...post, body: ['{"a":"', { base64: '/w==' }, '"}'] }, ['PARSE_ERROR']],
  ['no object', { ...post, body: ['[]'] }, ['VALIDATION_FAILED']],
  ['a wrong member', { ...post, body: ['{"locale":1}'] }, ['VALIDATION_FAILED']],
  [
    'a wrong body for nobody',
    { ...message, identifiers: { session_id: { written: 'x' } }, body: ['{}'] },
    ['VALIDATION_FAILED'],
  ],
])('%s must be refused', (_what, request, codes) => {
  expect(answers(request)).toMatchObject({ success: false, codes })
})

test.each<[what: string, request: FuzzRequest, success: boolean, codes: ProblemCode[]]>([
  ['a body before a byte order mark', { ...post, body: ['\ufeff{}'] }, true, ['PARSE_ERROR', 'VALIDATION_FAILED']],
  ['a member that comes twice', { ...post, body: ['{"a":1,"a":2}'] }, true, ['PARSE_ERROR', 'VALIDATION_FAILED']],
  ['the scheme in lower case', withHeader(plain, 'authorization', 'bearer {token}'), true, ['UNAUTHENTICATED']],
  ['the host in capitals', withHeader(plain, 'host', 'LOCALHOST:{port}'), true, ['MISDIRECTED_HOST']],
  ['an encoded letter', { ...plain, target: '/%72eady' }, true, ['NOT_FOUND']],
  ['HEAD', { ...plain, method: 'HEAD' }, true, ['METHOD_NOT_ALLOWED']],
  ['a session that is there', { ...end, identifiers: { session_id: { known: 0 } } }, true, []],
  ['a session that is not', { ...end, identifiers: { session_id: { written: 'x' } } }, false, ['SESSION_NOT_FOUND']],
  [
    "a turn of another's",
    { ...cancel, identifiers: { session_id: { known: 0 }, turn_id: { ended: 0 } } },
    false,
    ['SESSION_ENDED', 'TURN_NOT_FOUND'],
  ],
  [
    'a session that has ended',
    { ...cancel, identifiers: { session_id: { ended: 0 }, turn_id: { ended: 0 } } },
    false,
    ['SESSION_ENDED'],
  ],
])('%s: what the contract leaves open', (_what, request, success, codes) => {
  const allowed = answers(request)
  expect(allowed.success).toBe(success)
  expect(allowed.codes.filter((code) => code !== 'SESSION_NOT_FOUND' || codes.includes(code)).sort()).toEqual(
    [...codes].sort(),
  )
})

test.each<[what: string, request: FuzzRequest]>([
  ['two hosts', { ...plain, headers: [...plain.headers, ['host', 'x']] }],
  ['no host', withoutHeader(plain, 'host')],
  ['a length beside a coding', { ...withHeader(post, 'transfer-encoding', 'chunked') }],
  ['an unknown method', { ...plain, method: 'FUZZ' }],
  ['a target that is no path', { ...plain, target: '*' }],
  ['a very long head', withHeader(plain, 'x', 'x'.repeat(13_000))],
])('%s is not HTTP that a sidecar sees', (_what, request) => {
  expect(answers(request).kind).toBe('not-http')
})

test('a preflight is neither served nor refused as an operation', () => {
  const asks = withHeader(
    withHeader({ ...plain, method: 'OPTIONS' }, 'origin', '{origin}'),
    'access-control-request-method',
    'POST',
  )
  expect(answers(asks).kind).toBe('preflight')
})
