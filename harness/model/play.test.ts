import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, expect, test } from 'vitest'
import { disconnect, endEarly, fail, hold, nonsense, type Reply, say, sayBytewise, sendHeaders } from './script.ts'
import { startModelServer } from './server.ts'
import { ask } from './test-client.ts'

const model = await startModelServer()
afterAll(() => model.close())

function asked(reply: Reply, more: object = { stream: true }, signal?: AbortSignal) {
  const script = model.script(reply)
  return { script, response: ask(model, script.message('Hi'), more, signal) }
}

/** The events of a streamed answer, parsed; `[DONE]` as it is. */
async function eventsOf(response: Response): Promise<unknown[]> {
  const blocks = (await response.text()).split('\n\n')
  expect(blocks.pop()).toBe('')
  return blocks.map((block) => (block === 'data: [DONE]' ? block : JSON.parse(block.replace(/^data: /, ''))))
}

/** The same question over `node:http`, whose body is read only as fast as the test reads it. */
async function askSlowly(text: string): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${model.apiKey}` }
  const outgoing = request(`${model.baseUrl}/chat/completions`, { method: 'POST', headers, agent: false })
  outgoing.end(JSON.stringify({ stream: true, messages: [{ role: 'user', content: text }] }))
  const [response] = await once(outgoing, 'response')
  return response
}

test('a stream is role, words, reason, DONE; usage only where it is asked for', async () => {
  const chunk = (delta: object, finish_reason: string | null = null) =>
    expect.objectContaining({
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    })
  const plain = [chunk({ role: 'assistant', content: '' }), chunk({ content: 'a' }), chunk({}, 'stop')]
  const response = await asked([say('a')], { stream: true, stream_options: { include_usage: false } }).response
  expect(Object.fromEntries(response.headers)).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8' })
  const events = await eventsOf(response)
  expect(events).toEqual([...plain, 'data: [DONE]'])
  for (const event of events) expect(event).not.toHaveProperty('usage')

  const counted = await asked([say('a')], { stream: true, stream_options: { include_usage: true } }).response
  const usage = expect.objectContaining({ choices: [], usage: expect.objectContaining({ completion_tokens: 1 }) })
  expect(await eventsOf(counted)).toEqual([...plain, usage, 'data: [DONE]'])
})

test('headers leave with the first words', async () => {
  const { script, response } = asked([hold(), say('a')])
  expect((await script.held()).firstByteAtMs).toBeUndefined()
  script.release()
  expect((await response).status).toBe(200)
})

test.each([{ stream: true }, {}])('headers can leave before the first words (%j)', async (more) => {
  const { script, response } = asked([sendHeaders(), hold(), say('a')], more)
  const answer = await response
  expect((await script.held()).chunks).toEqual([])
  script.release()
  expect(await answer.text()).toContain('"a"')
})

test('a release that comes before its hold lets it go', async () => {
  const { script, response } = asked([hold(), say('a'), hold(), say('b')], {})
  script.release()
  script.release()
  expect(await (await response).json()).toMatchObject({ choices: [{ message: { content: 'ab' } }] })
})

test('each piece of a cut chunk is an HTTP chunk of its own', async () => {
  const script = model.script([sayBytewise('é😀'), say('whole')])
  const pieces: Buffer[] = []
  const response = await askSlowly(script.message('Hi'))
  await once(
    response.on('data', (piece) => pieces.push(piece)),
    'end',
  )
  const sizes = pieces.map(({ length }) => length)
  const [role, cut, words] = script.calls[0]?.chunks ?? []
  expect(sizes.slice(0, 2 + Number(cut?.bytes))).toEqual([role?.bytes, ...Array(cut?.bytes).fill(1), words?.bytes])
  expect(Buffer.concat(pieces).toString()).toContain('"é😀"')
})

test('raw bytes go into the body as they are', async () => {
  const bytes = Buffer.from([0, 0xff, 0xc3, 0x28, 0x0a])
  const streamed = Buffer.from(await (await asked([nonsense(bytes), say('a')]).response).arrayBuffer())
  expect(streamed.subarray(0, 5)).toEqual(bytes)
  expect(streamed.toString()).toContain('[DONE]')
  const whole = Buffer.from(await (await asked([nonsense(bytes), say('a')], {}).response).arrayBuffer())
  expect(whole.subarray(0, 6)).toEqual(Buffer.concat([bytes, Buffer.from('{')]))
})

test.each([{ stream: true }, {}])('a failure without words is an HTTP error (%j)', async (more) => {
  const page = await asked([hold(), fail(502, '<h1>Bad gateway</h1>', { 'retry-after': '1' })], more)
  page.script.release()
  const response = await page.response
  expect(response.status).toBe(502)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'retry-after': '1',
  })
  expect(await response.text()).toBe('<h1>Bad gateway</h1>')
  const usual = await asked([fail(500)], more).response
  expect(await usual.json()).toMatchObject({ error: { type: 'server_error', code: null } })
})

test('a failure after headers or words is the last event of the stream', async () => {
  for (const reply of [
    [sendHeaders(), fail(500, { error: 'gone' })],
    [say('a'), fail(500, { error: 'gone' })],
  ]) {
    const events = await eventsOf(await asked(reply).response)
    expect(events.at(-1)).toEqual({ error: 'gone' })
  }
})

test.each([
  ['a stream', { stream: true }],
  ['a whole answer', {}],
])('%s that ends early ends cleanly and incomplete', async (_, more) => {
  const { script, response } = asked([say('words'), endEarly()], more)
  const text = await (await response).text()
  expect(text).not.toBe('')
  expect(text).not.toMatch(/DONE|"finish_reason":"/)
  expect(await (await script.called()).ended).toBe('aborted-by-script')
})

test.each([
  ['before the headers', [disconnect()]],
  ['after the headers', [sendHeaders(), disconnect()]],
  ['after words', [say('a'), disconnect()]],
])('a disconnect %s breaks the answer', async (_, reply) => {
  const { script, response } = asked(reply)
  await expect(response.then((answer) => answer.text())).rejects.toThrow()
  expect(await (await script.called()).ended).toBe('aborted-by-script')
})

test.each([{ stream: true }, {}])('a client that leaves during a hold ends the call (%j)', async (more) => {
  const leaving = new AbortController()
  const { script, response } = asked([say('a'), hold()], more, leaving.signal)
  const call = await script.held()
  leaving.abort()
  await response.then((answer) => answer.text()).catch(() => {})
  expect(await call.ended).toBe('client-disconnected')
})

test('a client that does not read is not written to, and delays nobody', async () => {
  const words = Array(48).fill('x'.repeat(1024 * 1024))
  const slow = model.script([say(...words)])
  const unread = await askSlowly(slow.message('Hi'))
  const read = await asked([say(...words)]).response
  expect((await read.text()).length).toBeGreaterThan(48 * 1024 * 1024)

  const call = await slow.called()
  expect(call.ending).toBeUndefined()
  expect(call.chunks.length).toBeLessThan(words.length / 2)
  let bytes = 0
  for await (const piece of unread) bytes += piece.length
  expect(await call.ended).toBe('finished')
  expect(bytes).toBe(call.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0))
})
