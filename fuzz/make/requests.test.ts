import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { contract } from '../../contracts/core/contract.ts'
import { empty, operation } from '../../contracts/core/operation.ts'
import { sessionContract } from '../../contracts/session/contract.ts'
import { expectAnswer } from '../expect/expect-answer.ts'
import { newIdentifiers } from '../wire/identifiers.ts'
import { formatRequest, parseRequest } from '../wire/request.ts'
import { wireRequest } from '../wire/wire-request.ts'
import { anyRequest } from './requests.ts'

const own = { port: '8700', token: 'secret', origin: 'http://desktop.example' }
const requests = fc.sample(anyRequest(sessionContract), { numRuns: 3_000, seed: 7 })

function answers() {
  const identifiers = newIdentifiers()
  identifiers.learn({ session_id: 'here', turn_id: 'turn' })
  return requests.map((request) => expectAnswer(wireRequest(request, { ...own, identifiers }), sessionContract, own))
}

test('every operation is served, and every refusal of the guards is provoked', () => {
  const expected = answers()
  const served = new Set(
    expected.flatMap(({ kind, operation, success }) => (success && kind === 'http' ? [operation?.id] : [])),
  )
  const ids = Object.values(sessionContract.operations).map(({ id }) => id)
  expect([...served].sort()).toEqual(ids.filter((id) => id !== 'session.shutdown').sort())
  const certain = new Set(expected.flatMap(({ codes, success }) => (!success && codes.length === 1 ? codes : [])))
  const guards = ['MISDIRECTED_HOST', 'FORBIDDEN_ORIGIN', 'UNAUTHENTICATED', 'NOT_FOUND', 'METHOD_NOT_ALLOWED']
  const ofBodies = [
    'UNSUPPORTED_MEDIA_TYPE',
    'PAYLOAD_TOO_LARGE',
    'PARSE_ERROR',
    'VALIDATION_FAILED',
    'SESSION_NOT_FOUND',
  ]
  expect([...certain].sort()).toEqual(expect.arrayContaining([...guards, ...ofBodies].sort()))
})

test('a third of all requests is good, few are not HTTP, and some say more than the contract settles', () => {
  const expected = answers()
  const share = (part: unknown[]) => part.length / expected.length
  const http = expected.filter(({ kind }) => kind === 'http')
  expect(share(http.filter(({ success }) => success))).toBeGreaterThan(0.3)
  expect(share(http.filter(({ success }) => !success))).toBeGreaterThan(0.3)
  expect(share(expected.filter(({ kind }) => kind === 'not-http'))).toBeLessThan(0.15)
  expect(expected.some(({ kind }) => kind === 'preflight')).toBe(true)
})

test('what would stop the sidecar is always refused', () => {
  const shutdown = answers().filter(({ operation }) => operation?.id === 'session.shutdown')
  expect(shutdown.length).toBeGreaterThan(50)
  expect(shutdown.filter(({ success }) => success)).toEqual([])
})

test('a request is printed in one line that any shell takes, and read again', () => {
  for (const request of requests) {
    const line = formatRequest(request)
    expect(line).toMatch(/^[ -&(-~]*$/)
    expect(parseRequest(line)).toEqual(request)
  }
  expect(() => parseRequest('{}')).toThrow('a line that the fuzzer printed')
  expect(() => parseRequest('GET /')).toThrow('received GET /')
})

test('an operation is fuzzed by being declared', () => {
  const later = operation({
    id: 'later.thing.change',
    says: 'Change a thing.',
    method: 'DELETE',
    path: '/later/{session_id}/thing',
    input: z.looseObject({ how_often: z.int().min(1).max(3) }),
    output: empty(202),
    errors: ['SESSION_NOT_FOUND'],
  })
  const made = fc.sample(
    anyRequest(contract({ id: 'later/1', says: 'Later.', operations: { later }, documents: {} })),
    { numRuns: 300, seed: 1 },
  )
  const texts = made.map(({ body = [] }) => body.join(''))
  expect(made.filter(({ method, target }) => method === 'DELETE' && target === later.path).length).toBeGreaterThan(100)
  expect(
    texts.some((text) => /"how_often":[123]\b/.test(text)) && texts.some((text) => /"how_often":null/.test(text)),
  ).toBe(true)
})
