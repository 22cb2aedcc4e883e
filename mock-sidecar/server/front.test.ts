import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { refusedBodyBytes } from '../../contracts/core/contract.ts'
import { fault } from '../faults/fault.ts'
import { type Mock, type MockOptions, startMock } from '../mock.ts'

const json = { 'content-type': 'application/json' }

/** A mock whose defects fail the test that meets them, and a way to ask it. */
async function bench(options: MockOptions = {}) {
  const broken: string[] = []
  const mock = await startMock({ ...options, onBroken: (message) => broken.push(message) })
  const ask = (method: string, path: string, { headers = {}, body }: { headers?: object; body?: string } = {}) =>
    fetch(`${mock.baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${mock.token}`, ...headers },
      ...(body === undefined ? {} : { body }),
    })
  return { mock, ask, broken, [Symbol.asyncDispose]: () => mock.close() }
}

/** A connection on which the beginning of a request was written. */
async function beginRequest(mock: Mock, path: string, bodyBytes: number, body: string | Buffer): Promise<Socket> {
  const socket = connect(mock.port, '127.0.0.1')
  await once(socket, 'connect')
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${mock.port}`,
    `authorization: Bearer ${mock.token}`,
    'content-type: application/json',
    `content-length: ${bodyBytes}`,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  socket.write(body)
  return socket
}

describe('a body', () => {
  it('is joined from its pieces, wherever they were cut', async () => {
    await using it = await bench()
    const body = Buffer.from(JSON.stringify({ locale: 'de-CH', chapter_id: 'kapitel', metadata: { title: 'Größe €' } }))
    for (const at of [1, body.indexOf('ö') + 1, body.length - 1]) {
      const socket = await beginRequest(it.mock, '/api/session/new', body.length, body.subarray(0, at))
      socket.write(body.subarray(at))
      const [answer] = (await once(socket, 'data')) as [Buffer]
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 201 /)
      socket.destroy()
    }
    expect(it.mock.requests.map(({ body }) => body)).toEqual(Array(3).fill(JSON.parse(body.toString())))
  })

  it.each([
    ['not JSON', '{', 400, 'PARSE_ERROR'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'PARSE_ERROR'],
    ['with a byte order mark', '\ufeff{}', 400, 'PARSE_ERROR'],
    ['of the wrong shape', '{"locale":1}', 422, 'VALIDATION_FAILED'],
  ])('that is %s is refused', async (_what, body, status, code) => {
    await using it = await bench()
    const socket = await beginRequest(it.mock, '/api/session/new', Buffer.byteLength(body), body)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*"code":"${code}"`))
    expect(it.broken).toEqual([])
    socket.destroy()
  })

  it('that grows beyond the limit without having said so is refused', async () => {
    await using it = await bench()
    const pieces = new ReadableStream({
      start(controller) {
        for (let piece = 0; piece < 17; piece += 1) controller.enqueue(Buffer.alloc(refusedBodyBytes / 16, 0x20))
        controller.close()
      },
    })
    const request = { method: 'POST', headers: { authorization: `Bearer ${it.mock.token}`, ...json }, body: pieces }
    const answer = await fetch(`${it.mock.baseUrl}/api/session/new`, { ...request, duplex: 'half' } as RequestInit)
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'PAYLOAD_TOO_LARGE' }])
  })

  it('whose client leaves in the middle is nobody’s defect', async () => {
    await using it = await bench()
    const socket = await beginRequest(it.mock, '/api/session/new', 100, '{')
    // An answer on another connection says that the mock has met the bytes before it.
    await it.ask('GET', '/health')
    socket.resetAndDestroy()
    await once(socket, 'close')
    expect((await it.ask('GET', '/health')).status).toBe(200)
    expect(it.broken).toEqual([])
    expect(it.mock.requests.map(({ operation }) => operation)).toEqual(['session.health', 'session.health'])
  })
})

describe('a request that does not become whole', () => {
  it.each([
    ['head', 'GET /health HTTP/1.1\r\nhost: here\r\nx-slow: '],
    ['body', 'POST /api/session/new HTTP/1.1\r\ncontent-length: 9\r\nhost: '],
  ])('is given up without a word where its %s is missing', async (what, begins) => {
    await using it = await bench({ slowRequestMs: 50 })
    const socket = connect(it.mock.port, '127.0.0.1').on('error', () => undefined)
    const said: Buffer[] = []
    socket.on('data', (bytes: Buffer) => said.push(bytes))
    const closed = once(socket, 'close')
    const own = `127.0.0.1:${it.mock.port}\r\nauthorization: Bearer ${it.mock.token}\r\ncontent-type: application/json\r\n\r\n`
    socket.write(what === 'head' ? begins : begins + own)
    await closed
    expect(Buffer.concat(said).toString()).toBe('')
    expect(it.broken).toEqual([])
  })

  it('takes no stream along that lasts longer', async () => {
    await using it = await bench({ slowRequestMs: 50, scenario: 'slow' })
    const { session_id: session } = (await (await it.ask('POST', '/api/session/new')).json()) as { session_id: string }
    const body = '{"message":"Hello"}'
    const stream = await beginRequest(it.mock, `/api/session/${session}/message/stream`, body.length, body)
    await once(stream, 'data')
    for (let time = 0; time < 3; time += 1) {
      const slow = await beginRequest(it.mock, '/api/session/new', 9, '{')
      slow.on('error', () => undefined)
      await once(slow, 'close')
    }
    expect(stream.readyState).toBe('open')
    stream.destroy()
  })

  it('is told from one that is not HTTP', async () => {
    await using it = await bench()
    const socket = connect(it.mock.port, '127.0.0.1')
    socket.write('what is this?\r\n\r\n')
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    await once(socket, 'close')
  })
})

describe('the token', () => {
  it('is compared whole', async () => {
    await using it = await bench({ token: 'the-right-one' })
    const statuses = ['the-right-one', 'the-right-onE', 'the-right-on', 'the-right-one-', ''].map(
      async (token) => (await it.ask('GET', '/ready', { headers: { authorization: `Bearer ${token}` } })).status,
    )
    expect(await Promise.all(statuses)).toEqual([200, 401, 401, 401, 401])
  })
})

describe('the journal', () => {
  it('tells every request, also refused ones, preflights and streams', async () => {
    await using it = await bench({ allowedOrigins: ['http://app.test'] })
    const { session_id: session } = (await (await it.ask('POST', '/api/session/new')).json()) as { session_id: string }
    await it.ask('GET', '/nowhere')
    const preflight = { origin: 'http://app.test', 'access-control-request-method': 'POST' }
    await it.ask('OPTIONS', '/api/session/new', { headers: preflight })
    const path = `/api/session/${session}/message/stream`
    await (await it.ask('POST', path, { headers: json, body: '{"message":"Hello"}' })).text()
    expect(it.mock.requests.map(({ method, operation, status }) => [method, operation, status])).toEqual([
      ['POST', 'session.new', 201],
      ['GET', undefined, 404],
      ['OPTIONS', undefined, 204],
      ['POST', 'session.message.stream', 200],
    ])
  })
})

describe('a stream', () => {
  /** The frames of one turn. */
  async function turn(options: MockOptions): Promise<string[]> {
    await using it = await bench(options)
    const { session_id: session } = (await (await it.ask('POST', '/api/session/new')).json()) as { session_id: string }
    const path = `/api/session/${session}/message/stream`
    const answer = await it.ask('POST', path, { headers: json, body: '{"message":"Hello"}' })
    const text = await answer.text()
    expect(it.broken).toEqual([])
    return text.split(/(?<=\n\n)/)
  }

  it('has every event once and in order, however many are written together', async () => {
    const frames = await turn({ scenario: 'long' })
    expect(frames).toHaveLength(10_003)
    for (const [place, frame] of frames.entries()) expect(frame).toMatch(new RegExp(`^id: turn-[^:]+:${place + 1}\n`))
  })

  it('keeps the order where faults give bytes for some frames and text for others', async () => {
    const inBytes = fault({
      id: 'test.bytes',
      says: 'Writes every third frame as bytes.',
      frame: (frame, event) => (Number(event['seq']) % 3 === 0 ? Buffer.from(frame) : frame),
    })
    const frames = await turn({ scenario: 'long', faults: [inBytes] })
    expect(frames.map((frame) => Number(/:(\d+)\n/.exec(frame)?.[1]))).toEqual(frames.map((_, place) => place + 1))
    expect(frames).toHaveLength(10_003)
  })
})
