import { describe, expect, expectTypeOf, it } from 'vitest'
import type { sessionContract } from '../../contracts/session/contract.ts'
import type { TurnEvent } from '../../contracts/session/turn.ts'
import { Verdict } from '../verdict.ts'
import { serveForTest } from './fixtures/serve-for-test.ts'
import { wire } from './fixtures/talk-contract.ts'
import type { PlainExchange } from './http-client.ts'
import type { StreamExchange } from './stream-exchange.ts'
import { type TypedClient, typedClient } from './typed-client.ts'

describe('its types follow from the contract', () => {
  type Client = TypedClient<typeof sessionContract>

  it('a body whose members are all optional may be left out', () => {
    expectTypeOf<[]>().toExtend<Parameters<Client['newSession']>>()
    expectTypeOf<[{ locale: string }]>().toExtend<Parameters<Client['newSession']>>()
    expectTypeOf<[{ locale: number }]>().not.toExtend<Parameters<Client['newSession']>>()
  })

  it('path parameters and a body with a required member may not', () => {
    type Streams = Parameters<Client['streamMessage']>
    expectTypeOf<[{ session_id: string }, { message: string }]>().toExtend<Streams>()
    expectTypeOf<[{ session_id: string }]>().not.toExtend<Streams>()
    expectTypeOf<[{ session_id: string }, Record<never, never>]>().not.toExtend<Streams>()
    expectTypeOf<[{ id: string }, { message: string }]>().not.toExtend<Streams>()
    expectTypeOf<[{ session_id: string; turn_id: string }]>().toExtend<Parameters<Client['cancelTurn']>>()
    expectTypeOf<[{ session_id: string }]>().not.toExtend<Parameters<Client['cancelTurn']>>()
    expectTypeOf<Parameters<Client['shutdown']>>().toEqualTypeOf<[]>()
  })

  it('an answer has the type of its schema, of its events, or none', () => {
    type Created = Awaited<ReturnType<Client['newSession']>>
    expectTypeOf<Created['body']['session_id']>().toEqualTypeOf<string>()
    expectTypeOf<Awaited<ReturnType<Client['streamMessage']>>>().toEqualTypeOf<StreamExchange<TurnEvent>>()
    expectTypeOf<Awaited<ReturnType<Client['cancelTurn']>>>().toEqualTypeOf<PlainExchange<undefined>>()
    expectTypeOf<Awaited<ReturnType<Client['ask']>>>().toEqualTypeOf<PlainExchange>()
  })

  it('there are no other operations', () => {
    expectTypeOf<'openSession'>().not.toExtend<keyof Client>()
    expectTypeOf<Parameters<Client['ask']>[0]>().not.toExtend<'send'>()
  })
})

describe('a call', () => {
  it('asks for the operation, with its parameters in the path and its body as JSON', async () => {
    const asked: string[] = []
    const options = await serveForTest((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.setHeader('content-type', 'application/json')
      response.end('{"name":"x"}')
    })
    const { body } = await typedClient(options).thing({ thing_id: 'a/b ü' })
    expect(body.name).toBe('x')
    expect(asked).toEqual(['GET /things/a%2Fb%20%C3%BC'])
    expect(options.recorder.exchanges[0]).toMatchObject({ operation: 'talk.thing', requestBody: undefined })
  })

  it('is a mistake without a parameter of the path', async () => {
    const client = typedClient(await serveForTest(() => undefined))
    await expect(client.thing({} as never)).rejects.toThrow(TypeError)
  })

  it.each([
    ['a problem', 404, '{"code":"NOT_FOUND"}', '404 {"code":"NOT_FOUND"}'],
    ['a redirect', 302, '', '302 with an empty body'],
    ['no JSON', 201, 'hello', '201 hello'],
    ['nothing', 201, '', '201 with an empty body'],
    ['a list', 201, '[]', '201 []'],
  ])('that is answered by %s is a verdict', async (_, status, text, received) => {
    const options = await serveForTest((_, response) => response.writeHead(status).end(text))
    const thrown = await typedClient(options)
      .make()
      .catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(Verdict)
    const expected = '201 with a JSON object from POST /things'
    expect((thrown as Verdict).facts).toEqual({ expected, received, at: 'exchange 1' })
  })

  it('goes on with another 2xx, and with members that are wrong: the judge has noted them', async () => {
    const options = await serveForTest((_, response) => response.writeHead(200).end('{"thing_id":7}'))
    const { body, status } = await typedClient(options).make()
    expect({ body, status }).toEqual({ body: { thing_id: 7 }, status: 200 })
    expect(options.recorder.violations).toMatchObject([{ rule: 'answer.status' }])
  })

  it('needs no body where none is promised', async () => {
    const options = await serveForTest((_, response) => response.writeHead(202).end())
    expect((await typedClient(options).shutdown()).status).toBe(202)
    expect(options.recorder.violations).toEqual([])
  })

  it('of a stream that is refused is a verdict', async () => {
    const options = await serveForTest((_, response) => response.writeHead(409).end('{}'))
    const call = typedClient(options).talk({ thing_id: '1' }, { about: 'x' })
    await expect(call).rejects.toThrow('expected 200 from POST /things/{thing_id}/talk; received 409 {}')
  })
})

describe('ask and send', () => {
  it('take whatever answer comes', async () => {
    const options = await serveForTest((_, response) => response.writeHead(418).end('short and stout'))
    const client = typedClient(options)
    expect(await client.ask('make')).toMatchObject({ status: 418, body: undefined, text: 'short and stout' })
    expect(await client.send({ method: 'PUT', path: '/tea' })).toMatchObject({ status: 418 })
  })

  it('leave a stream that begins where a whole answer was asked for', async () => {
    const left = Promise.withResolvers<void>()
    const options = await serveForTest((_, response) => {
      response.on('close', left.resolve)
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write(wire('start', 1))
    })
    const answer = await typedClient(options).ask('talk', { thing_id: '1' }, { about: 'x' })
    expect(answer).toMatchObject({ status: 200, body: undefined, text: '' })
    await left.promise
    expect(answer.exchange.ending).toBe('closed-by-us')
  })

  it('are a mistake for what is no operation', async () => {
    const client = typedClient(await serveForTest(() => undefined))
    await expect(client.ask('unmake' as never)).rejects.toThrow('talk/1 has no operation unmake')
  })
})
