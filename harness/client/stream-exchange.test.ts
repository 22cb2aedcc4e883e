import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { Verdict } from '../verdict.ts'
import { serveForTest, type TalkOptions } from './fixtures/serve-for-test.ts'
import { wire } from './fixtures/talk-contract.ts'
import type { ClientBounds } from './http-client.ts'
import { typedClient } from './typed-client.ts'

const [start, chunk, whole, end] = [
  wire('start', 1),
  wire('chunk', 2, { of: 'a', text: 'hé' }),
  wire('whole', 3, { of: 'a', text: 'hé' }),
  wire('end', 4),
]
const good = [start, chunk, whole, end].join('')

describe('a stream that keeps every rule', () => {
  it('gives its events with their times, its terminal, and nothing to complain of', async () => {
    const { options, stream } = await talk((response) => response.end(good))
    expect(await stream.ended()).toMatchObject({ type: 'end', seq: 4 })
    expect(stream.events.map(({ type }) => type)).toEqual(['start', 'chunk', 'whole', 'end'])
    expect(stream.events.every(({ atMs }) => atMs >= stream.exchange.sentAtMs)).toBe(true)
    expect(stream.exchange).toMatchObject({ ending: 'whole', status: 200 })
    expect(options.recorder.violations).toEqual([])
  })

  it('may come byte by byte', async () => {
    const { options, stream } = await talk(async (response) => {
      for (const byte of Buffer.from(good)) await new Promise((sent) => response.write(Buffer.of(byte), sent))
      response.end()
    })
    await stream.ended()
    expect(stream.events).toHaveLength(4)
    expect(options.recorder.violations).toEqual([])
  })

  it('may be left at any time', async () => {
    const closed = Promise.withResolvers<void>()
    const { options, stream } = await talk((response) => {
      response.on('close', closed.resolve)
      response.write(start)
    })
    await stream.next('start')
    stream.leave()
    await closed.promise
    expect(await stream.ended()).toBeUndefined()
    expect(stream.exchange.ending).toBe('closed-by-us')
    expect(options.recorder.violations).toEqual([])
  })

  it('is left when its recorder closes, also one that comes later', async () => {
    const { options, stream } = await talk((response) => response.write(start))
    await stream.next('start')
    options.recorder.close()
    expect(stream.exchange.ending).toBe('closed-by-us')
    const late = await typedClient(options).talk({ thing_id: '1' }, { about: 'x' })
    expect(late.exchange.ending).toBe('closed-by-us')
  })
})

describe('what comes is judged', () => {
  it.each([
    ['sse.framing', 'two data lines', good.replace('data:', 'data:\ndata:')],
    ['sse.framing', 'no blank line at the end', good.slice(0, -1)],
    [
      'sse.readers-agree',
      'a byte order mark',
      `\ufeffevent: start\nid: t:1\ndata: {"type":"start","seq":1,"talk_id":"t"}\n\n${chunk}${whole}${end}`,
    ],
    ['sse.readers-agree', 'a last event that a lone CR closes', `${good.slice(0, -1)}\r`],
    ['sse.envelope', 'another name outside than inside', good.replace('event: chunk', 'event: chunks')],
    ['sse.envelope', 'no name outside', good.replace('event: chunk\n', '')],
    ['sse.envelope', 'no id outside', good.replace('id: t:2\n', '')],
    ['sse.envelope', 'another id outside than inside', good.replace('id: t:2', 'id: t:3')],
    ['sse.envelope', 'data that is not JSON', good.replace(/data: .*"chunk".*/, 'data: hé')],
    ['sse.envelope', 'data that is no object', good.replace(/data: .*"chunk".*/, 'data: ["chunk"]')],
    ['sse.envelope', 'data without a type', good.replace('"type":"chunk",', '')],
    ['json.numbers', 'a number beyond 2^53−1', good.replace('"seq":2', '"seq":2,"size":9007199254740993')],
    ['json.numbers', 'a number that is none', good.replace('"seq":2', '"seq":2,"mean":NaN')],
    ['sse.quiet-end', 'a comment after the end', `${good}: bye\n\n`],
    ['stream.event-schema', 'a missing member', good.replace('"of":"a",', '')],
    ['stream.sequence', 'a number that is left out', `${start}${chunk}${whole}${wire('end', 5)}`],
    ['stream.constant', 'another subject', good.replace('"talk_id":"t","of"', '"talk_id":"u","of"')],
    ['stream.opens', 'no opening', chunk + whole + end],
    ['stream.order', 'a whole without a chunk', start + wire('whole', 2, { of: 'a', text: '' }) + wire('end', 3)],
    ['stream.closed', 'an end over an open text', start + chunk + wire('end', 3)],
    ['stream.ends-once', 'two ends', good + wire('end', 5)],
    ['stream.truncated', 'no end', start + chunk + whole],
    ['stream.truncated', 'nothing at all', ''],
    ['stream.law', 'a text that is not its chunks', good.replace(/("whole".*)hé/, '$1ho')],
  ])('%s: %s', async (rule, _, body) => {
    const { options, stream } = await talk((response) => response.end(body))
    await stream.ended()
    const { violations } = options.recorder
    expect(violations.map((violation) => violation.rule)).toContain(rule)
    for (const { at } of violations) expect(at).toMatch(/^exchange 1: POST \/things\/1\/talk/)
    const [found] = violations.filter((violation) => violation.rule === rule)
    expect(found?.law).toBe(rule === 'stream.law' ? 'whole-joins' : undefined)
  })

  it('says which event', async () => {
    const { options, stream } = await talk((response) => response.end(good.replace('event: whole', 'event: hole')))
    await stream.ended()
    expect(options.recorder.violations).toEqual([
      {
        rule: 'sse.envelope',
        expected: '`event: whole`, as in the data',
        received: '`event: hole`',
        at: 'exchange 1: POST /things/1/talk, event 3',
      },
    ])
  })

  it('notes the same again only so often', async () => {
    const many = Array.from({ length: 100 }, (_, place) => wire('chunk', place + 2, { of: 'a' }))
    const { options, stream } = await talk((response) => response.end(start + many.join('') + wire('end', 102)))
    await stream.ended()
    const times = options.recorder.violations.filter(({ rule }) => rule === 'stream.event-schema').length
    expect(times).toBe(20)
    expect(options.recorder.violations.map(({ rule }) => rule)).toContain('stream.closed')
  })
})

describe('when it comes is judged', () => {
  it('sse.first-bytes: they come too late', async () => {
    const { rules, stream } = await talk((response) => response.end(good), { firstBytesMs: 0 })
    await stream.ended()
    expect(rules()).toEqual(['sse.first-bytes'])
  })

  it('sse.first-bytes: they never come', async () => {
    const { rules, stream } = await talk(() => undefined, { firstBytesMs: 20, answerMs: 500 })
    expect(await stream.ended()).toBeUndefined()
    expect(rules()).toEqual(['sse.first-bytes', 'stream.truncated'])
    expect(stream.exchange.ending).toBe('closed-by-us')
  })

  it('sse.keepalive: a silence that is too long', async () => {
    const { rules, server, stream } = await talk((response) => response.write(start), {
      keepaliveMs: 0,
      keepaliveGraceMs: 0,
    })
    await stream.next('start')
    server.response.end(chunk + whole + end)
    await stream.ended()
    expect(rules()).toEqual(['sse.keepalive'])
  })

  it('sse.keepalive: a silence without end', async () => {
    const bounds = { keepaliveMs: 10, keepaliveGraceMs: 10, answerMs: 500 }
    const { rules, stream } = await talk((response) => response.write(start), bounds)
    expect(await stream.ended()).toBeUndefined()
    expect(rules()).toEqual(['sse.keepalive', 'stream.truncated'])
  })

  it('comments keep a silent stream alive', async () => {
    const { rules, server, stream } = await talk((response) => response.write(start))
    const more = stream.moreBytes(30_000)
    server.response.write(': still here\n\n')
    expect(await more).toBe(true)
    server.response.end(chunk + whole + end)
    await stream.ended()
    expect(rules()).toEqual([])
  })

  it.each([
    ['stays open', ''],
    ['stays open and goes on to talk', ': bye\n\n'],
  ])('sse.body-ends: the body %s', async (_, comment) => {
    const { options, stream } = await talk(
      (response) => {
        response.write(good)
        const comments = setInterval(() => comment !== '' && response.write(comment), 2)
        response.on('close', () => clearInterval(comments))
      },
      { bodyEndMs: 50 },
    )
    expect(await stream.ended()).toMatchObject({ type: 'end' })
    expect(options.recorder.violations[0]).toMatchObject({
      rule: 'sse.body-ends',
      expected: 'the end of the body within 50 ms of `end`',
      received: 'a body that stays open',
    })
    expect(options.recorder.violations[1]?.rule).toBe(comment === '' ? undefined : 'sse.quiet-end')
  })

  it('sse.body-ends: the connection breaks after the end', async () => {
    const { rules, server, stream } = await talk((response) => response.write(good))
    await stream.next('end')
    server.request.socket.destroy()
    expect(await stream.ended()).toMatchObject({ type: 'end' })
    expect(rules()).toEqual(['sse.body-ends'])
  })

  it('stream.truncated: the connection breaks before the end', async () => {
    const { options, server, stream } = await talk((response) => response.write(start))
    await stream.next('start')
    server.request.socket.destroy()
    expect(await stream.ended()).toBeUndefined()
    expect(stream.exchange.ending).toBe('broken')
    expect(options.recorder.violations).toMatchObject([
      { rule: 'stream.truncated', expected: '`end`', received: 'the end after `start`, by a broken connection' },
    ])
  })
})

describe('a stream that never ends', () => {
  it('stream.ends-once: talks until it is given up', async () => {
    const { options, stream } = await talk(
      (response) => {
        response.write(start)
        let seq = 1
        const chunks = setInterval(() => {
          seq += 1
          response.write(wire('chunk', seq, { of: 'a', text: 'and ' }))
        }, 2)
        response.on('close', () => clearInterval(chunks))
      },
      { streamEndMs: 50 },
    )
    expect(await stream.ended()).toBeUndefined()
    expect(stream.exchange.ending).toBe('closed-by-us')
    expect(options.recorder.violations).toMatchObject([
      {
        rule: 'stream.ends-once',
        expected: '`end`, then the end of the body',
        received: expect.stringMatching(/no end within 50 ms$/),
      },
    ])
  })

  it('is waited for as long as is asked', async () => {
    const { rules, stream } = await talk((response) => response.write(start))
    expect(await stream.ended({ withinMs: 20 })).toBeUndefined()
    expect(rules()).toEqual(['stream.ends-once'])
  })

  it('is told from one that is silent', async () => {
    const bounds = { keepaliveMs: 0, keepaliveGraceMs: 0, streamEndMs: 20 }
    const { rules, stream } = await talk((response) => response.write(start), bounds)
    await stream.ended()
    expect(rules()).toEqual(['sse.keepalive', 'stream.ends-once'])
  })

  it('does not drown the harness', async () => {
    const piece = `:${' '.repeat(1024 * 1024)}\n\n`
    const { options, stream } = await talk((response) => {
      const pour = () => {
        while (!response.destroyed && response.write(piece)) {}
      }
      response.on('drain', pour)
      pour()
    })
    await stream.ended()
    expect(options.recorder.violations).toMatchObject([
      { rule: 'stream.ends-once', received: expect.stringMatching(/^\d+ bytes without one$/) },
    ])
  })
})

describe('next', () => {
  it('finds what came, and waits for what comes', async () => {
    const { server, stream } = await talk((response) => response.write(start))
    const waiting = stream.next('whole')
    expect(await stream.next('start')).toMatchObject({ seq: 1 })
    server.response.end(chunk + whole + end)
    expect(await waiting).toMatchObject({ text: 'hé' })
    expect(await stream.next('chunk')).toMatchObject({ seq: 2 })
  })

  it('looks after an event, and for what fits', async () => {
    const more = [
      wire('chunk', 2, { of: 'a', text: '1' }),
      wire('chunk', 3, { of: 'a', text: '2' }),
      wire('chunk', 4, { of: 'a', text: '3' }),
    ]
    const { stream } = await talk((response) => response.write(start + more.join('')))
    const first = await stream.next('chunk')
    expect(await stream.next('chunk', { after: first })).toMatchObject({ text: '2' })
    expect(await stream.next('chunk', { where: ({ text }) => text === '3' })).toMatchObject({ seq: 4 })
  })

  it.each([
    [
      'in time',
      (response: ServerResponse) => void response.write(start),
      { withinMs: 20 },
      '1 events, the last `start` within 20 ms',
    ],
    [
      'at all',
      (response: ServerResponse) => void response.end(good),
      {},
      '4 events, the last `end`, then the end (whole)',
    ],
    [
      'before the connection breaks',
      (response: ServerResponse) => void response.write(start, () => response.destroy()),
      {},
      '1 events, the last `start`, then the end (broken)',
    ],
  ])('is a verdict where it does not come %s', async (_, answer, wait, received) => {
    const { stream } = await talk(answer)
    const missing = stream.next('chunk', { ...wait, where: ({ text }) => text === 'never' })
    const thrown = await missing.catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(Verdict)
    expect((thrown as Verdict).facts).toEqual({ expected: '`chunk`', received, at: 'exchange 1: /things/1/talk' })
  })
})

it('moreBytes tells silence from bytes', async () => {
  const { server, stream } = await talk((response) => response.write(start))
  await stream.next('start')
  expect(await stream.moreBytes(20)).toBe(false)
  const more = stream.moreBytes(30_000)
  server.response.end()
  expect(await more).toBe(false)
})

it('reads nothing while it is paused', async () => {
  const { rules, server, stream } = await talk((response) => response.write(start))
  await stream.next('start')
  stream.pause()
  await new Promise<unknown>((sent) => server.response.write(chunk, sent))
  expect(await stream.moreBytes(20)).toBe(false)
  stream.resume()
  await stream.next('chunk')
  server.response.end(whole + end)
  await stream.ended()
  expect(rules()).toEqual([])
})

interface Talk {
  readonly options: TalkOptions
  readonly server: { readonly request: IncomingMessage; readonly response: ServerResponse }
  readonly stream: Awaited<ReturnType<ReturnType<typeof typedClient<TalkOptions['contract']>>['talk']>>
  /** The rules that were broken so far. */
  rules(): string[]
}

/** Opens one stream whose body `say` writes; the head is right. */
async function talk(
  say: (response: ServerResponse) => unknown,
  bounds: Partial<ClientBounds> & { keepaliveMs?: number } = {},
): Promise<Talk> {
  const served = Promise.withResolvers<Talk['server']>()
  const options = await serveForTest((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders()
    served.resolve({ request, response })
    say(response)
  }, bounds)
  const stream = await typedClient(options).talk({ thing_id: '1' }, { about: 'x' })
  return {
    options,
    server: await served.promise,
    stream,
    rules: () => options.recorder.violations.map(({ rule }) => rule),
  }
}
