import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { answerCodes } from './contract.ts'
import { many } from './expression.ts'
import { grammar } from './grammar.ts'
import { type Answer, type AnswerRule, judgeAnswer } from './judge-answer.ts'
import { empty, eventStream, json, type Operation, operation } from './operation.ts'
import { problem } from './problem.ts'
import { codes, type ProblemCode } from './problem-codes.ts'

const common = {
  says: 'x',
  method: 'POST',
  path: '/x',
  errors: ['TURN_IN_PROGRESS', 'LIMIT_EXCEEDED', 'TIMEOUT', 'CANCELLED'],
} as const
const tick = grammar({
  name: 'tick',
  envelope: { members: {}, constant: [] },
  events: { tick: {}, end: {} },
  body: many('tick'),
  ends: { end: 'closed' },
})
const get: Operation = operation({ ...common, id: 'get', output: json(z.looseObject({ a: z.int() }), 201, 200) })
const stop: Operation = operation({ ...common, id: 'stop', output: empty(202) })
const stream: Operation = operation({ ...common, id: 'stream', output: eventStream(tick) })
const health: Operation = operation({ ...common, id: 'health', output: empty(200), open: true })

const head = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }

function body(value: unknown, status = 201, type = 'application/json'): Answer {
  return { status, headers: { 'content-type': type }, body: value, bytes: 9 }
}

function failure(code: ProblemCode, change: object = {}, headers: Answer['headers'] = {}): Answer {
  const retryAfter = 'retryAfter' in codes[code] ? { 'retry-after': '1' } : {}
  const type = { 'content-type': 'application/problem+json' }
  return {
    status: codes[code].status,
    headers: { ...type, ...retryAfter, ...headers },
    body: { ...problem(code, 'x'), ...change },
    bytes: 9,
  }
}

describe.each([
  ['JSON', get, body({ a: 1 })],
  ['JSON with another declared status', get, body({ a: 1, more: [] }, 200)],
  ['JSON with a charset', get, body({ a: 1 }, 201, 'Application/JSON; charset=utf-8')],
  ['nothing', stop, { status: 202, headers: {}, bytes: 0 }],
  ['a stream', stream, { status: 200, headers: head }],
  [
    'a stream with a charset, not cached',
    stream,
    {
      status: 200,
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'private, no-cache' },
    },
  ],
  ['a declared problem', get, failure('TURN_IN_PROGRESS')],
  [
    'a problem with everything',
    get,
    failure('VALIDATION_FAILED', {
      errors: [{ detail: 'x', pointer: '#/a/b' }],
      context: { a: 1 },
      instance: 'x',
      retry_after_ms: 5,
      more: 1,
    }),
  ],
  ['a problem that may be repeated later', get, failure('LIMIT_EXCEEDED')],
  ['a problem whose repetition nobody checks', get, failure('TIMEOUT', { retryable: true })],
  ['a problem of an unknown route', undefined, failure('NOT_FOUND')],
  ['a problem in front of an open route', health, failure('MISDIRECTED_HOST')],
] satisfies [string, Operation | undefined, Answer][])('%s', (_name, from, answer) => {
  it('is right', () => {
    expect(judgeAnswer(from, answer)).toEqual([])
  })
})

it.each(Object.keys(codes) as ProblemCode[])('takes %s exactly where it may stand', (code) => {
  const rules = judgeAnswer(get, failure(code)).map(({ rule }) => rule)
  const streamsOnly = 'streamsOnly' in codes[code]
  const undeclared = !answerCodes(get).includes(code)
  expect(rules).toEqual([...(streamsOnly ? ['problem.status'] : []), ...(undeclared ? ['problem.undeclared'] : [])])
})

describe.each([
  ['answer.status', 'a success that is not declared', get, body({ a: 1 }, 204), '201 or 200, or a problem', '204'],
  ['answer.status', 'a redirection', stop, body({}, 302), '202, or a problem', '302'],
  ['answer.status', 'a success of an unknown route', undefined, body({}, 200), 'a problem (4xx or 5xx)', '200'],
  [
    'answer.media-type',
    'another type',
    get,
    body({ a: 1 }, 201, 'text/plain'),
    'content-type application/json',
    'text/plain',
  ],
  [
    'answer.media-type',
    'no type',
    get,
    { status: 201, headers: {}, body: { a: 1 }, bytes: 9 },
    'content-type application/json',
    'none',
  ],
  ['answer.json', 'a body that is not JSON', get, body(undefined), 'a JSON body', '9 bytes that are not JSON'],
  ['answer.schema', 'a missing member', get, body({}), 'a: Invalid input: expected number, received undefined', '{}'],
  [
    'answer.schema',
    'another type of body',
    get,
    body([]),
    'the body: Invalid input: expected object, received array',
    '[]',
  ],
  ['answer.empty', 'a body where there is none', stop, body({}, 202), 'no body', '9 bytes'],
  [
    'stream.head',
    'another type',
    stream,
    { status: 200, headers: { ...head, 'content-type': 'text/event-stream2' } },
    'content-type text/event-stream',
    'content-type text/event-stream2',
  ],
  [
    'stream.head',
    'another charset',
    stream,
    { status: 200, headers: { ...head, 'content-type': 'text/event-stream; charset=latin1' } },
    'content-type text/event-stream',
    'content-type text/event-stream; charset=latin1',
  ],
  [
    'stream.head',
    'a stream that may be cached',
    stream,
    { status: 200, headers: { 'content-type': 'text/event-stream' } },
    'cache-control no-store',
    'cache-control none',
  ],
  [
    'stream.head',
    'a stream with a length',
    stream,
    { status: 200, headers: { ...head, 'content-length': '7' } },
    'no content-length',
    'content-length 7',
  ],
  [
    'stream.head',
    'a compressed stream',
    stream,
    { status: 200, headers: { ...head, 'content-encoding': 'gzip' } },
    'no content-encoding',
    'content-encoding gzip',
  ],
  [
    'problem.media-type',
    'a failure in plain JSON',
    get,
    body({ detail: 'x' }, 404),
    'content-type application/problem+json with status 404',
    'application/json',
  ],
  [
    'problem.media-type',
    'a failure without a body',
    get,
    { status: 500, headers: {}, bytes: 0 },
    'content-type application/problem+json with status 500',
    'none',
  ],
  [
    'answer.json',
    'a problem that is not JSON',
    get,
    { ...failure('INTERNAL'), body: undefined },
    'a JSON body',
    '9 bytes that are not JSON',
  ],
  [
    'problem.code',
    'a code of its own',
    get,
    failure('INTERNAL', { code: 'KeyError' }),
    'a code of the registry',
    '"KeyError"',
  ],
  [
    'problem.code',
    'a code that every object inherits',
    get,
    failure('INTERNAL', { code: 'constructor' }),
    'a code of the registry',
    '"constructor"',
  ],
  [
    'problem.schema',
    'no code',
    get,
    failure('INTERNAL', { code: undefined }),
    expect.stringMatching(/^code: Invalid option/),
    expect.any(String),
  ],
  [
    'problem.schema',
    'an error without a pointer',
    get,
    failure('VALIDATION_FAILED', { errors: [{ detail: 'x', pointer: '/a' }] }),
    expect.stringMatching(/^errors\.0\.pointer: /),
    expect.any(String),
  ],
  [
    'problem.schema',
    'the type of another code',
    get,
    failure('INTERNAL', { type: 'urn:sidecar:error:timeout' }),
    'type urn:sidecar:error:internal',
    'urn:sidecar:error:timeout',
  ],
  [
    'problem.status',
    'another status in the body',
    get,
    failure('INTERNAL', { status: 503 }),
    'status 500 in the body, as in the answer',
    '503',
  ],
  [
    'problem.status',
    'another status than its code has',
    get,
    { ...failure('INTERNAL', { status: 503 }), status: 503 },
    'HTTP 500 for INTERNAL',
    'HTTP 503',
  ],
  ['problem.status', 'a code of streams', get, failure('CANCELLED'), 'CANCELLED only inside streams', 'HTTP 499'],
  [
    'problem.retryable',
    'a repetition that the table forbids',
    get,
    failure('INTERNAL', { retryable: true }),
    'retryable false for INTERNAL',
    'true',
  ],
  [
    'problem.retryable',
    'no repetition where the table allows it',
    get,
    failure('TURN_IN_PROGRESS', { retryable: false }),
    'retryable true for TURN_IN_PROGRESS',
    'false',
  ],
  [
    'problem.retry-after',
    'no Retry-After',
    get,
    failure('LIMIT_EXCEEDED', {}, { 'retry-after': undefined }),
    'Retry-After in seconds with LIMIT_EXCEEDED',
    'none',
  ],
  [
    'problem.retry-after',
    'a Retry-After that is no number',
    get,
    failure('NOT_READY', {}, { 'retry-after': 'soon' }),
    'Retry-After in seconds with NOT_READY',
    'soon',
  ],
  [
    'problem.undeclared',
    'a code that the operation does not declare',
    get,
    failure('SESSION_ENDED'),
    `get answers ${answerCodes(get).join(', ')}`,
    'SESSION_ENDED',
  ],
  [
    'problem.undeclared',
    'a code of no route',
    undefined,
    failure('TURN_IN_PROGRESS'),
    expect.stringMatching(/^an unknown route answers MISDIRECTED_HOST, /),
    'TURN_IN_PROGRESS',
  ],
  [
    'problem.undeclared',
    'a token asked for where none is needed',
    health,
    failure('UNAUTHENTICATED'),
    expect.stringMatching(/^health answers /),
    'UNAUTHENTICATED',
  ],
] satisfies [AnswerRule, string, Operation | undefined, Answer, string, string][])(
  '%s',
  (rule, what, from, answer, expected, received) => {
    it(`is broken by ${what}, and nothing else is`, () => {
      expect(judgeAnswer(from, answer)).toEqual([{ rule, expected, received }])
    })
  },
)
