// Whom the server listens to: only its own Host, only listed origins, each on its own, never a web page by accident.

import type { ClientOptions, PlainExchange } from '../../../harness/client/http-client.ts'
import { goodHeaders, type RawHttpRequest, sendRawRequest } from '../../../harness/client/raw-request.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import { expectProblem } from '../expect-problem.ts'

const allowed = 'http://desktop.example:5173'

type Headers = readonly (readonly [name: string, value: string])[]

/** Sends a request whose headers are exactly these. */
function ask(options: ClientOptions, headers: Headers, request: Partial<RawHttpRequest> = {}): Promise<PlainExchange> {
  return sendRawRequest({ method: 'GET', target: '/ready', headers, ...request }, options)
}

/** The good headers with one line replaced, added or (for `undefined`) left out. */
function withHeader(options: ClientOptions, name: string, value: string | undefined): Headers {
  const others = goodHeaders(options).filter(([known]) => known !== name)
  return value === undefined ? others : [...others, [name, value]]
}

async function serves(options: ClientOptions): Promise<void> {
  await control(async () => {
    const { status } = await ask(options, goodHeaders(options))
    expectThat(status === 200, '200 from GET /ready', String(status))
  })
}

export const foreignHosts = check({
  id: 'session.security.foreign-hosts',
  rule: 'MUST answer 421 to any Host but 127.0.0.1 and localhost with its own port, with or without an Origin',
  covers: ['SEC-03'],
  catches: [
    'security.any-host',
    'security.host-by-prefix',
    'security.host-by-suffix',
    'security.host-without-port',
    'security.host-only-with-origin',
  ],
  scope: 'own',
  launch: { allowedOrigins: [allowed] },
  async run({ options }) {
    await serves(options)
    const port = new URL(options.baseUrl).port
    for (const own of [`127.0.0.1:${port}`, `localhost:${port}`]) {
      expectSame((await ask(options, withHeader(options, 'host', own))).status, 200, `Host ${own} answers`)
    }
    const foreign = [
      'evil.example',
      `evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      `localhost.evil.example:${port}`,
      `evil-localhost:${port}`,
      `127.0.0.1:${Number(port) + 1}`,
      '127.0.0.1',
      'localhost',
      `127.0.0.1.:${port}`,
      `localhost.:${port}`,
      `2130706433:${port}`,
      `0x7f000001:${port}`,
      `127.1:${port}`,
      `0.0.0.0:${port}`,
      `[::1]:${port}`,
      `127.0.0.1:${port}@evil.example`,
    ]
    for (const host of foreign) {
      const headers = withHeader(options, 'host', host)
      for (const withOrigin of [headers, [...headers, ['origin', allowed] as const]]) {
        const answer = await ask(options, withOrigin)
        expectThat(
          answer.status === 421,
          `421 for Host ${host}${withOrigin === headers ? '' : ' with an allowed Origin'}`,
          String(answer.status),
        )
        expectProblem(answer, 'MISDIRECTED_HOST')
      }
    }
  },
})

export const foreignOrigins = check({
  id: 'session.security.foreign-origins',
  rule: 'MUST answer 403 to an Origin that is not listed, `null` and `file://` too, and serve the listed ones',
  covers: ['SEC-04'],
  catches: ['security.any-origin', 'security.null-origin', 'security.origin-by-prefix'],
  scope: 'own',
  launch: { allowedOrigins: [allowed] },
  async run({ options }) {
    await serves(options)
    const listed = await ask(options, [...goodHeaders(options), ['origin', allowed]])
    expectSame(listed.status, 200, 'a listed Origin answers')
    for (const origin of foreignOrigin) {
      const answer = await ask(options, [...goodHeaders(options), ['origin', origin]])
      expectThat(answer.status === 403, `403 for Origin ${origin}`, String(answer.status))
      expectProblem(answer, 'FORBIDDEN_ORIGIN')
    }
  },
})

const foreignOrigin = [
  'null',
  'file://',
  'http://evil.example',
  'http://desktop.example',
  'http://desktop.example:5173.evil.example',
  'https://desktop.example:5173',
  'http://desktop.example:51730',
  'http://DESKTOP.example:5173',
  'http://127.0.0.1',
  'http://localhost:5173',
]

export const cors = check({
  id: 'session.security.cors',
  rule: 'MUST let only listed origins read its answers: never `*`, never an echo of any Origin, never `null`, never with credentials',
  covers: ['SEC-05'],
  catches: ['security.cors-star', 'security.cors-echo', 'security.cors-credentials', 'security.no-preflight'],
  scope: 'own',
  launch: { allowedOrigins: [allowed] },
  async run({ options }) {
    await serves(options)
    const preflight = (origin: string): Headers => [
      ...withHeader(options, 'authorization', undefined),
      ['origin', origin],
      ['access-control-request-method', 'POST'],
      ['access-control-request-headers', 'authorization, content-type'],
    ]
    const target = '/api/session/new'
    const good = await ask(options, preflight(allowed), { method: 'OPTIONS', target, judged: false })
    expectThat(
      good.status === 200 || good.status === 204,
      '2xx to the preflight of a listed origin, without a token',
      String(good.status),
    )
    expectSame(good.headers['access-control-allow-origin'], allowed, 'access-control-allow-origin')
    for (const header of ['authorization', 'content-type']) {
      const names = (good.headers['access-control-allow-headers'] ?? '').toLowerCase()
      expectThat(names.includes(header), `access-control-allow-headers with ${header}`, names)
    }
    const simple = await ask(options, [...goodHeaders(options), ['origin', allowed]])
    expectSame(simple.headers['access-control-allow-origin'], allowed, 'access-control-allow-origin of an answer')
    for (const origin of ['null', 'http://evil.example', 'file://']) {
      for (const answer of [
        await ask(options, preflight(origin), { method: 'OPTIONS', target, judged: false }),
        await ask(options, [...goodHeaders(options), ['origin', origin]]),
      ]) {
        const allow = answer.headers['access-control-allow-origin']
        expectThat(
          allow === undefined || allow === allowed,
          `no access-control-allow-origin for ${origin}`,
          String(allow),
        )
      }
    }
    const plain = await ask(options, goodHeaders(options))
    for (const { headers } of [good, simple, plain]) {
      expectThat(headers['access-control-allow-origin'] !== '*', 'no access-control-allow-origin: *', '*')
      expectSame(headers['access-control-allow-credentials'], undefined, 'access-control-allow-credentials')
    }
  },
})

export const simpleRequests = check({
  id: 'session.security.simple-requests',
  rule: 'MUST NOT let a web page change anything by a simple request: no form, no text/plain, no GET stops it or opens a session',
  covers: ['SEC-06'],
  catches: ['security.takes-any-type', 'security.open-shutdown'],
  scope: 'own',
  launch: { allowedOrigins: [allowed] },
  async run({ client, options, sidecar }) {
    await serves(options)
    const bodies = [
      ['text/plain', '{}'],
      ['application/x-www-form-urlencoded', 'a=b'],
      ['multipart/form-data; boundary=x', '--x--'],
    ] as const
    for (const target of ['/shutdown', '/api/session/new']) {
      for (const [type, body] of bodies) {
        const page: Headers = [
          ['host', new URL(options.baseUrl).host],
          ['origin', 'http://evil.example'],
          ['content-type', type],
          ['content-length', String(body.length)],
        ]
        const asPage = await ask(options, page, { method: 'POST', target, body: [body] })
        expectThat(asPage.status >= 400, `a refusal of POST ${target} as ${type} from a page`, String(asPage.status))
        const trusted: Headers = [
          ...goodHeaders(options),
          ['content-type', type],
          ['content-length', String(body.length)],
        ]
        const asDesktop = await ask(options, trusted, { method: 'POST', target, body: [body] })
        expectThat(asDesktop.status === 415, `415 to POST ${target} as ${type}`, String(asDesktop.status))
      }
      const got = await ask(options, goodHeaders(options), { target })
      expectThat(got.status === 405, `405 to GET ${target}`, String(got.status))
    }
    expectSame((await client.ready()).status, 200, 'afterwards /ready answers')
    expectSame(sidecar.process?.exit() ?? null, null, 'the process')
  },
})
