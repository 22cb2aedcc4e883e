import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { bounds } from '../contracts/session/bounds.ts'
import { sessionContract } from '../contracts/session/contract.ts'
import { patience } from '../harness/client/patience.ts'
import { type ModelServer, startModelServer } from '../harness/model/server.ts'
import { startSidecar } from '../harness/sidecar.ts'
import { urlTarget } from '../harness/targets/url.ts'
import type { Owned } from './check.ts'
import { control, expectThat } from './expect.ts'
import { type CheckResult, owns, type Run, runCheck } from './run-check.ts'
import type { SessionCheck, SessionContext } from './session/context.ts'

let model: ModelServer
beforeAll(async () => {
  model = await startModelServer()
})
afterAll(() => model.close())

const capabilities = { keepalive_ms: 1_000, sessions: { durable: false }, integrity: 'none' }

describe('a check ends', () => {
  it('passed, where nothing is wrong', async () => {
    const result = await run({ run: async ({ client }) => void (await client.contract()) })
    const asked = ['session.contract']
    expect(result).toEqual({ id: 'a-check', status: 'passed', durationMs: expect.any(Number), asked, foreign: [] })
  })

  it('failed, where it gives a verdict, with the evidence', async () => {
    const result = await run({
      run: async ({ client }) => {
        await client.contract()
        expectThat(false, 'this', 'that', 'exchange 1')
      },
    })
    expect(result).toMatchObject({
      status: 'failed',
      reason: 'MUST hold',
      expected: 'this',
      received: 'that',
      at: 'exchange 1',
      transcript: expect.stringContaining('── exchange 1: GET /api/contract'),
    })
    expect(result.control).toBeUndefined()
  })

  it('failed, and says so, where its control fails', async () => {
    const result = await run({ run: () => control(async () => expectThat(false, 'this', 'that')) })
    expect(result).toMatchObject({ status: 'failed', control: true })
  })

  it('error, where anything else is thrown', async () => {
    const result = await run({ run: () => Promise.reject(new TypeError('a slip of ours')) })
    expect(result).toMatchObject({ status: 'error', reason: expect.stringContaining('TypeError: a slip of ours') })
    expect(result.reason).toContain('run-check.test.ts')
  })

  it('error, where what is thrown is no error at all', async () => {
    const result = await run({ run: () => Promise.reject('a text') })
    expect(result).toMatchObject({ status: 'error', reason: 'a text' })
  })

  it('error, where it does not end', async () => {
    const result = await run({ run: () => new Promise(() => undefined) }, { giveUpMs: 20 })
    expect(result).toMatchObject({ status: 'error', reason: 'the check did not end within 20 ms' })
  })

  it('skipped, with the reason, where the sidecar does not declare what it is about', async () => {
    const result = await run({
      skip: (declared) => (declared['notebook'] === undefined ? 'it declares no notebook' : undefined),
      run: () => Promise.reject(new Error('it ran')),
    })
    expect(result).toMatchObject({ status: 'skipped', reason: 'it declares no notebook', foreign: [] })
  })

  it('skipped, where it is about other systems', async () => {
    const elsewhere = process.platform === 'win32' ? 'linux' : 'win32'
    const result = await run({ systems: [elsewhere], run: () => Promise.reject(new Error('it ran')) })
    expect(result).toMatchObject({ status: 'skipped', reason: `only on ${elsewhere}; this is ${process.platform}` })
    const here = await run({ systems: [elsewhere, process.platform], run: async () => undefined })
    expect(here.status).toBe('passed')
  })
})

describe('a violation that its exchanges show', () => {
  const spoilt: RequestListener = (_, response) => response.end('no JSON')
  const askHealth = async ({ client }: SessionContext) => void (await client.ask('health'))
  const mine: Owned = { rules: ['answer.media-type'], operation: 'session.health' }

  it('fails the check that speaks for it, though it was content', async () => {
    const result = await run({ owns: [mine], run: askHealth }, {}, spoilt)
    expect(result).toMatchObject({
      status: 'failed',
      reason: 'MUST hold',
      expected: 'content-type application/json',
      received: 'none',
      at: 'exchange 1: GET /health',
      foreign: [],
    })
  })

  it('says more than its own verdict', async () => {
    const spoils = async (context: SessionContext) => {
      await askHealth(context)
      await control(async () => expectThat(false, 'this', 'that'))
    }
    const result = await run({ owns: [mine], run: spoils }, {}, spoilt)
    expect(result).toMatchObject({ status: 'failed', received: 'none' })
    expect(result.control).toBeUndefined()
  })

  it('is handed on where another check speaks for it', async () => {
    const other: Owned = { rules: ['answer.media-type'], operation: 'session.ready' }
    const result = await run({ owns: [other], run: askHealth }, {}, spoilt)
    expect(result.status).toBe('passed')
    expect(result.foreign).toMatchObject([
      { rule: 'answer.media-type', operation: 'session.health', seenBy: 'a-check', at: 'exchange 1: GET /health' },
    ])
  })
})

describe('owns', () => {
  const seen = (rule: 'stream.law' | 'answer.status', law?: string) => ({
    rule,
    expected: '',
    received: '',
    at: '',
    ...(law === undefined ? {} : { law }),
  })
  it.each<[holds: boolean, owned: Owned, violation: ReturnType<typeof seen>, on: string | undefined]>([
    [true, { rules: ['answer.status'] }, seen('answer.status'), 'session.end'],
    [true, { rules: ['answer.status'] }, seen('answer.status'), undefined],
    [false, { rules: ['answer.json'] }, seen('answer.status'), 'session.end'],
    [true, { rules: ['answer.status'], operation: 'session.end' }, seen('answer.status'), 'session.end'],
    [false, { rules: ['answer.status'], operation: 'session.end' }, seen('answer.status'), 'session.new'],
    [false, { rules: ['answer.status'], operation: 'session.end' }, seen('answer.status'), undefined],
    [true, { rules: ['answer.status'], operation: 'unknown-route' }, seen('answer.status'), undefined],
    [false, { rules: ['answer.status'], operation: 'unknown-route' }, seen('answer.status'), 'session.end'],
    [true, { rules: ['stream.law'], law: 'a' }, seen('stream.law', 'a'), 'x'],
    [false, { rules: ['stream.law'], law: 'a' }, seen('stream.law', 'b'), 'x'],
    [true, { rules: ['stream.law'] }, seen('stream.law', 'b'), 'x'],
  ])('%s: %j, %j on %s', (holds, owned, violation, on) => {
    expect(owns(owned, violation, on)).toBe(holds)
  })
})

describe('what a check leaves behind', () => {
  it('its open streams are closed', async () => {
    const closed = Promise.withResolvers<void>()
    const talks: RequestListener = (_, response) => {
      response.on('close', closed.resolve)
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders()
    }
    const opens = async ({ client }: SessionContext) =>
      void (await client.streamMessage({ session_id: 'x' }, { message: 'Hello' }))
    expect((await run({ run: opens }, {}, talks)).status).toBe('passed')
    await closed.promise
  })

  it('no secret stands in its evidence', async () => {
    const echo: RequestListener = (request, response) => response.end(request.headers.authorization)
    const asks = async ({ client, sidecar }: SessionContext) => {
      const { text } = await client.send({ method: 'GET', path: '/health' })
      expect(text).toContain(sidecar.token)
      expectThat(false, 'this', 'that')
    }
    const result = await run({ run: asks }, {}, echo)
    expect(result.transcript).toContain('Bearer <secret>')
    expect(JSON.stringify(result)).not.toContain('t0ken')
  })
})

it('only a check of scope `own` may start a sidecar', async () => {
  const result = await run({ scope: 'shared', run: async ({ start }) => void (await start()) })
  expect(result).toMatchObject({ status: 'error', reason: expect.stringContaining('only `own` may start a sidecar') })
})

it('a sidecar that does not start is a verdict on the check that starts it', async () => {
  const file = process.execPath
  const target = {
    kind: 'process',
    name: 'command',
    describes: '',
    file,
    args: ['-e', '', '--'],
    readyWithinMs: 60_000,
  } as const
  const result = await run({ scope: 'own', run: async ({ start }) => void (await start()) }, { target })
  expect(result).toMatchObject({ status: 'failed', expected: 'a ready line', control: true })
})

/** Runs a check against a server that answers `/api/contract` rightly and everything else by `answer`. */
async function run(
  check: Partial<SessionCheck> & Pick<SessionCheck, 'run'>,
  change: Partial<Run> = {},
  answer: RequestListener = (_, response) => response.writeHead(404).end(),
): Promise<CheckResult> {
  const server = createServer((request, response) => {
    if (request.url !== '/api/contract') return answer(request, response)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ contract: 'session/1', capabilities }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const target = urlTarget(`http://127.0.0.1:${port}`, 't0ken')
  // Nothing is given up for its silence while a test runs.
  const start = {
    contract: sessionContract,
    model,
    patience: patience(1),
    bounds: { ...bounds, firstBytesMs: 600_000 },
  }
  const whole: SessionCheck = { id: 'a-check', rule: 'MUST hold', covers: [], catches: [], scope: 'shared', ...check }
  const sidecar = await startSidecar(target, start)
  return runCheck(whole, sidecar, { contract: sessionContract, target, model, patience: patience(1), start, ...change })
}
