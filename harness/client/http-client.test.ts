import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { Verdict } from '../verdict.ts'
import { formatExchange } from './exchange.ts'
import { nobody, serveForTest, type TalkOptions } from './fixtures/serve-for-test.ts'
import { talkContract, wire } from './fixtures/talk-contract.ts'
import { findOperation, type RawRequest, sendRequest } from './http-client.ts'

describe('what is sent', () => {
  it('is the request with the token, and a JSON body with its type', async () => {
    const { got, options } = await mirror()
    await plain({ method: 'POST', path: '/things', body: '{"name":"x"}' }, options)
    const { body, headers, method, url } = await got
    expect({ body, method, url }).toEqual({ body: '{"name":"x"}', method: 'POST', url: '/things' })
    expect(headers).toMatchObject({ authorization: 'Bearer top-secret', 'content-type': 'application/json' })
  })

  it('has other headers where they are given, and none where they are empty', async () => {
    const { got, options } = await mirror()
    const headers = { authorization: '', 'content-type': 'text/plain', 'x-more': 'y' }
    await plain({ method: 'POST', path: '/nowhere', headers, body: 'x' }, options)
    const sent = (await got).headers
    expect(sent).toMatchObject({ 'content-type': 'text/plain', 'x-more': 'y' })
    expect(sent).not.toHaveProperty('authorization')
  })

  it('has no content type where it has no body', async () => {
    const { got, options } = await mirror()
    await plain({ method: 'POST', path: '/shutdown' }, options)
    expect((await got).headers).not.toHaveProperty('content-type')
  })
})

describe('a whole answer', () => {
  it('comes with its status, headers, text and JSON', async () => {
    const options = await serveForTest((_, response) => answer(response, 200, { name: 'é' }))
    const { answer: got } = await plain({ method: 'GET', path: '/things/1' }, options)
    expect(got).toMatchObject({ status: 200, body: { name: 'é' }, text: '{"name":"é"}' })
    expect(got.headers).toMatchObject({ 'content-type': 'application/json' })
    expect(got.exchange).toMatchObject({
      number: 1,
      operation: 'talk.thing',
      status: 200,
      ending: 'whole',
      violations: [],
    })
  })

  it.each(['', 'nothing', '{"a":NaN}', '{'])('has no JSON where the body is %j', async (body) => {
    const options = await serveForTest((_, response) => response.end(body))
    const { answer: got } = await plain({ method: 'GET', path: '/things/1' }, options)
    expect(got).toMatchObject({ body: undefined, text: body })
  })

  it('is judged as the operation that its route names', async () => {
    const options = await serveForTest((_, response) => answer(response, 200, { nome: 1 }))
    await plain({ method: 'GET', path: '/things/1?x=y' }, options)
    expect(options.recorder.violations).toMatchObject([{ rule: 'answer.schema', at: 'exchange 1: GET /things/1?x=y' }])
  })

  it('is judged as the operation that is named, whatever its route', async () => {
    const options = await serveForTest((_, response) => answer(response, 200, { name: 'x' }))
    await plain({ method: 'GET', path: '/elsewhere', operation: talkContract.operations.thing }, options)
    expect(options.recorder.violations).toEqual([])
  })

  it.each([
    ['{"name":"x","size":9007199254740993}', 'application/json', '9007199254740992 at #/size'],
    ['{"name":"x","mean":NaN}', 'application/json; charset=utf-8', 'NaN'],
    ['{"detail":1e400}', 'application/problem+json', 'Infinity at #/detail'],
  ])('%s as %s has a number that readers cannot rely on', async (text, type, received) => {
    const options = await serveForTest((_, response) => response.setHeader('content-type', type).end(text))
    await plain({ method: 'GET', path: '/things/1' }, options)
    const found = options.recorder.violations.filter(({ rule }) => rule === 'json.numbers')
    expect(found).toEqual([
      {
        rule: 'json.numbers',
        expected: 'numbers that are finite and at most 2^53−1',
        received,
        at: 'exchange 1: GET /things/1',
      },
    ])
  })

  it('that is no JSON has no numbers to judge', async () => {
    const options = await serveForTest((_, response) => response.setHeader('content-type', 'text/plain').end('1e400'))
    await plain({ method: 'GET', path: '/things/1' }, options)
    expect(options.recorder.violations.map(({ rule }) => rule)).toEqual(['answer.media-type'])
  })

  it('of an unknown route must be a problem', async () => {
    const options = await serveForTest((_, response) => answer(response, 200, {}))
    await plain({ method: 'GET', path: '/nowhere' }, options)
    expect(options.recorder.violations).toMatchObject([{ rule: 'answer.status' }])
    expect(options.recorder.exchanges[0]?.operation).toBeUndefined()
  })

  it('of an operation that streams is read whole where it is not 200', async () => {
    const options = await serveForTest((_, response) => answer(response, 500, {}))
    const { answer: got } = await plain({ method: 'POST', path: '/things/1/talk', body: '{}' }, options)
    expect(got.status).toBe(500)
    expect(options.recorder.violations).toMatchObject([{ rule: 'problem.media-type' }])
  })
})

it('a stream begins with its head, which is judged', async () => {
  const options = await serveForTest((_, response) => response.end(wire('start', 1) + wire('end', 2)))
  const sent = await sendRequest({ method: 'POST', path: '/things/1/talk', body: '{}' }, options)
  expect(sent.kind).toBe('stream')
  expect(new Set(options.recorder.violations.map(({ rule }) => rule))).toEqual(new Set(['stream.head']))
})

describe('no answer is a verdict and a violation', () => {
  it('where nothing listens', async () => {
    const options = await nobody()
    await expectMissing(options, /^a broken connection \(ECONNREFUSED\)$/)
  })

  it('where nothing comes in time', async () => {
    const options = await serveForTest(() => undefined, { answerMs: 20 })
    await expectMissing(options, /^nothing within 20 ms$/)
  })

  it('where the body does not end in time', async () => {
    const options = await serveForTest((_, response) => void response.write('{'), { answerMs: 500 })
    await expectMissing(options, /^a body that does not end within 500 ms$/)
  })

  it('where the body comes drop by drop and does not end in time', async () => {
    const options = await serveForTest(
      (_, response) => {
        const drops = setInterval(() => response.write(' '), 1)
        response.on('close', () => clearInterval(drops))
      },
      { answerMs: 500 },
    )
    await expectMissing(options, /^a body that does not end within 500 ms$/)
  })

  it('where the body has no end to its bytes', async () => {
    const piece = Buffer.alloc(1024 * 1024, ' ')
    const options = await serveForTest((_, response) => {
      const pour = () => {
        while (!response.destroyed && response.write(piece)) {}
      }
      response.on('drain', pour)
      pour()
    })
    await expectMissing(options, /^a body of more than \d+ bytes$/)
  })

  it('where the connection breaks before the answer', async () => {
    const options = await serveForTest((request) => void request.socket.destroy())
    await expectMissing(options, /^a broken connection \(/)
  })

  it('where the connection breaks inside the body', async () => {
    const options = await serveForTest((request, response) => {
      response.writeHead(200, { 'content-length': 10 })
      response.write('{', () => request.socket.destroy())
    })
    await expectMissing(options, /^a broken connection \(/)
  })

  it('but no violation where the sidecar was asked to stop and said so', async () => {
    const options = await serveForTest((request, response) => {
      if (request.url === '/shutdown') answer(response, 202)
      else request.socket.destroy()
    })
    await plain({ method: 'POST', path: '/shutdown' }, options)
    await expect(plain({ method: 'GET', path: '/things/1' }, options)).rejects.toThrow(Verdict)
    expect(options.recorder.violations).toEqual([])
  })

  it('and a violation all the same where it was asked to stop and then hangs', async () => {
    const options = await serveForTest(
      (request, response) => {
        if (request.url === '/shutdown') answer(response, 202)
      },
      { answerMs: 500 },
    )
    await plain({ method: 'POST', path: '/shutdown' }, options)
    await expect(plain({ method: 'GET', path: '/things/1' }, options)).rejects.toThrow(Verdict)
    expect(options.recorder.violations).toMatchObject([{ rule: 'answer.missing' }])
  })
})

describe('secrets', () => {
  it('are in no part of a record that is closed', async () => {
    const options = await serveForTest((_, response) => {
      response.setHeader('x-echo', 'top-secret')
      answer(response, 200, { of: 'top-secret' })
    })
    const body = '{"key":"top-secret"}'
    const { answer: got } = await plain({ method: 'POST', path: '/things?k=top-secret', body }, options)
    options.recorder.close()
    expect(got.text).toContain('top-secret')
    expect(options.recorder.violations.map(({ rule }) => rule)).toContain('answer.status')
    expect(JSON.stringify(options.recorder.exchanges)).not.toContain('top-secret')
    const shown = options.recorder.exchanges.map(formatExchange).join('\n')
    expect(shown).not.toContain('top-secret')
    expect(shown).toContain('Bearer <secret>')
  })
})

describe('findOperation', () => {
  it.each([
    ['GET', '/things/1', 'talk.thing'],
    ['GET', '/things/%2e%2e?x=/talk', 'talk.thing'],
    ['POST', '/things/1/talk', 'talk.talk'],
    ['POST', '/things/1', undefined],
    ['GET', '/things/', undefined],
    ['GET', '/things/1/2', undefined],
    ['GET', '/xthings/1', undefined],
  ])('%s %s is %s', (method, path, id) => {
    expect(findOperation(talkContract, method, path)?.id).toBe(id)
  })
})

/** Sends a request that is answered whole. */
async function plain(request: RawRequest, options: TalkOptions) {
  const sent = await sendRequest(request, options)
  if (sent.kind !== 'plain') throw new Error('expected a whole answer; received a stream')
  return sent
}

/** A server that answers nothing of interest, and the request that it got. */
async function mirror() {
  const got = Promise.withResolvers<{
    method?: string | undefined
    url?: string | undefined
    headers: object
    body: string
  }>()
  const options = await serveForTest((request: IncomingMessage, response) => {
    const { headers, method, url } = request
    void text(request).then((body) => got.resolve({ method, url, headers, body }))
    request.once('end', () => response.end())
  })
  return { got: got.promise, options }
}

function answer(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

async function expectMissing(options: TalkOptions, received: RegExp): Promise<void> {
  const thrown = await plain({ method: 'GET', path: '/things/1' }, options).catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(Verdict)
  const missing = { expected: 'an answer', received: expect.stringMatching(received), at: 'exchange 1: GET /things/1' }
  expect((thrown as Verdict).facts).toEqual(missing)
  expect(options.recorder.violations).toEqual([{ rule: 'answer.missing', ...missing }])
  expect(options.recorder.exchanges[0]?.ending).toBe('no-answer')
}
