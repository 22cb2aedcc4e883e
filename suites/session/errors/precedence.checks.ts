// A request with several faults is answered by the first of them, in the order of the contract; and bodies that are too large.
import { refusedBodyBytes } from '../../../contracts/core/contract.ts'
import type { ProblemCode } from '../../../contracts/core/problem-codes.ts'
import { goodHeaders, type RawHttpRequest, sendRawRequest } from '../../../harness/client/raw-request.ts'
import { control, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import { expectProblem } from '../expect-problem.ts'

type Headers = readonly (readonly [name: string, value: string])[]

export const precedence = check({
  id: 'session.errors.precedence',
  rule: 'MUST answer a request with two faults by the first of: Host, Origin, token, route, method, media type, JSON, schema, resource',
  covers: ['ERR-03', 'ERR-01'],
  catches: [
    'errors.origin-before-host',
    'errors.token-before-origin',
    'errors.route-before-token',
    'errors.body-before-type',
  ],
  scope: 'shared',
  async run(context) {
    const { options } = context
    const [host, token] = goodHeaders(options)
    const evil: Headers[number] = ['origin', 'http://evil.example']
    const json: Headers[number] = ['content-type', 'application/json']
    const text: Headers[number] = ['content-type', 'text/plain']
    const post = (target: string, headers: Headers, body: string): RawHttpRequest => ({
      method: 'POST',
      target,
      headers: [...headers, ['content-length', String(body.length)]],
      body: [body],
    })
    const get = (target: string, headers: Headers): RawHttpRequest => ({ method: 'GET', target, headers })
    const nowhere = '/api/session/no-such-session/message/stream'
    await control(async () => {
      const { status } = await sendRawRequest(get('/ready', [host, token]), options)
      expectThat(status === 200, '200 from GET /ready', String(status))
    })
    const cases: readonly [code: ProblemCode, request: RawHttpRequest][] = [
      ['MISDIRECTED_HOST', get('/ready', [['host', 'evil.example'], token, evil])],
      ['FORBIDDEN_ORIGIN', get('/ready', [host, evil])],
      ['UNAUTHENTICATED', get('/no/such/route', [host])],
      ['UNAUTHENTICATED', { ...get('/ready', [host]), method: 'PUT' }],
      ['METHOD_NOT_ALLOWED', { ...post('/api/session/new', [host, token, text], 'x'), method: 'PUT' }],
      ['UNSUPPORTED_MEDIA_TYPE', post('/api/session/new', [host, token, text, ['x-both', '1']], '{')],
      ['PARSE_ERROR', post(nowhere, [host, token, json], '{')],
      ['VALIDATION_FAILED', post(nowhere, [host, token, json], '{}')],
    ]
    for (const [code, request] of cases) expectProblem(await sendRawRequest(request, options), code)
  },
})

export const tooLarge = check({
  id: 'session.errors.too-large',
  rule: 'MUST answer 413 to a body of more than 16 MiB, declared or sent in chunks, and go on',
  covers: ['SEC-13'],
  catches: ['errors.no-limit'],
  scope: 'shared',
  async run(context) {
    const { options } = context
    const head: Headers = [...goodHeaders(options), ['content-type', 'application/json']]
    const target = '/api/session/new'
    const declared = {
      method: 'POST',
      target,
      headers: [...head, ['content-length', String(refusedBodyBytes + 1)]],
    } as const
    expectProblem(await sendRawRequest(declared, options), 'PAYLOAD_TOO_LARGE')
    const piece = chunk('x'.repeat(1024 * 1024))
    const pieces = Array.from({ length: refusedBodyBytes / (1024 * 1024) + 1 }, () => piece)
    const body = [chunk('{"metadata":{"padding":"'), ...pieces, chunk('')]
    const chunked = { method: 'POST', target, headers: [...head, ['transfer-encoding', 'chunked']], body } as const
    expectProblem(await sendRawRequest(chunked, options), 'PAYLOAD_TOO_LARGE')
    await control(() => context.client.newSession({}))
  },
})

/** One chunk of a body in chunked transfer coding (RFC 9112 §7.1). */
function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`
}
