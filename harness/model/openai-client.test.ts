// Proof that the model server speaks OpenAI's protocol: OpenAI's own client understands all of it.
import fc from 'fast-check'
import OpenAI from 'openai'
import { afterAll, expect, test } from 'vitest'
import {
  callTool,
  disconnect,
  endEarly,
  fail,
  finish,
  hold,
  type ModelScript,
  nonsense,
  type Reply,
  say,
  sayBytewise,
  silence,
} from './script.ts'
import { startModelServer } from './server.ts'

const model = await startModelServer()
const client = new OpenAI({ baseURL: model.baseUrl, apiKey: model.apiKey, maxRetries: 0, logLevel: 'off' })
afterAll(() => model.close())

const retryAtOnce = { 'retry-after-ms': '1' }
const awkward = 'lone \r and \n, \r\n\u2028\u2029\u0085 \0 "\\" é漢😀 data: [DONE]\n\n'

function question(content: string) {
  return { model: model.model, messages: [{ role: 'user' as const, content }] }
}

function scripted(script: ModelScript | Reply) {
  const added = model.script(script)
  const asked = question(added.message('Tell me.'))
  return {
    ...added,
    whole: () => client.chat.completions.create(asked),
    stream: () => client.chat.completions.create({ ...asked, stream: true }),
    final: () => client.chat.completions.stream(asked).finalChatCompletion(),
  }
}

async function textOf(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<string> {
  let text = ''
  for await (const { choices } of stream) text += choices[0]?.delta.content ?? ''
  return text
}

test('lists its model', async () => {
  const listed = await client.models.list()
  expect(listed.data.map(({ id }) => id)).toEqual([model.model])
})

test('answers whole', async () => {
  const answer = await scripted([say('Good ', 'day'), finish('length')]).whole()
  expect(answer.choices[0]).toMatchObject({
    message: { role: 'assistant', content: 'Good day' },
    finish_reason: 'length',
  })
  expect(answer.usage?.total_tokens).toBe(Number(answer.usage?.prompt_tokens) + 2)
})

test('answers as a stream, and counts the usage when it is asked to', async () => {
  const { message } = model.script([say('Good ', 'day')])
  const asked = { ...question(message('Hi')), stream_options: { include_usage: true } }
  const answer = await client.chat.completions.stream(asked).finalChatCompletion()
  expect(answer.choices[0]).toMatchObject({ message: { content: 'Good day' }, finish_reason: 'stop' })
  expect(answer.usage?.completion_tokens).toBe(2)
})

const character = fc.oneof(fc.constantFrom(...awkward), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }))
const cuts = fc.oneof(fc.constant('everywhere' as const), fc.array(fc.nat({ max: 300 })))
const piece = fc.record({ text: fc.string({ unit: character }), cutAt: cuts })

test('any text arrives unchanged, wherever its bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 4 }), async (pieces) => {
      const text = pieces.map((each) => each.text).join('')
      const { stream, whole } = scripted([pieces.flatMap((each) => sayBytewise(each.text, each.cutAt))])
      expect(await textOf(await stream())).toBe(text)
      expect((await whole()).choices[0]?.message.content).toBe(text)
    }),
    { numRuns: 60 },
  )
})

test.each([100 * 1024, 1024 * 1024])('a chunk of %i bytes arrives unchanged', async (bytes) => {
  const text = awkward.repeat(Math.ceil(bytes / Buffer.byteLength(awkward)))
  const { stream, calls } = scripted([sayBytewise(text, [7, 65_536, 65_537, 99_999])])
  expect(await textOf(await stream())).toBe(text)
  expect(calls[0]?.chunks.find(({ says }) => says === text)?.bytes).toBeGreaterThan(bytes)
})

test('tool calls come in fragments, and parse', async () => {
  const args = [{ expert_id: 'é😀', task: awkward }, [], 'broken {']
  const calls = args.map((each, index) => callTool(`tool_${index}`, each, { fragments: 5, cutAt: 'everywhere' }))
  const { final, whole, stream } = scripted([say('Let me ask.'), ...calls])

  for (const answer of [await final(), await whole()]) {
    const { message, finish_reason } = answer.choices[0] ?? {}
    expect(finish_reason).toBe('tool_calls')
    const functions = message?.tool_calls?.map((call) => (call.type === 'function' ? call.function : undefined))
    expect(functions?.map((each) => each?.name)).toEqual(['tool_0', 'tool_1', 'tool_2'])
    expect(functions?.map((each) => each?.arguments)).toEqual([JSON.stringify(args[0]), '[]', 'broken {'])
    expect(new Set(message?.tool_calls?.map(({ id }) => id)).size).toBe(3)
  }
  const fragments: number[] = []
  for await (const { choices } of await stream())
    for (const { index, function: part } of choices[0]?.delta.tool_calls ?? [])
      if (part?.arguments) fragments[index] = (fragments[index] ?? 0) + 1
  expect(fragments).toEqual([5, 2, 4])
})

test('a call without words has no content, and keeps the id that it was given', async () => {
  const answer = await scripted([callTool('consult_expert', {}, { id: 'call_7' })]).whole()
  expect(answer.choices[0]?.message).toMatchObject({ content: null, tool_calls: [{ id: 'call_7' }] })
})

test('successive calls get successive replies, and the last one again', async () => {
  const { whole, calls } = scripted([[callTool('first', {})], [say('second')], [say('last')]])
  const reasons = [await whole(), await whole(), await whole(), await whole()].map(({ choices }) => choices[0])
  expect(reasons.map((choice) => choice?.message.content)).toEqual([null, 'second', 'last', 'last'])
  expect(calls).toHaveLength(4)
})

test.each<[number, Reply]>([
  [503, [fail(503, { error: { message: 'closed for today' } }, retryAtOnce)]],
  [429, [fail(429, undefined, retryAtOnce)]],
])('failure %i is sticky: every retry meets it, and is recorded', async (status, reply) => {
  const { message, calls } = model.script([reply, [say('never said')]])
  const asked = { ...question(message('Hi')), stream: true as const }
  await expect(client.chat.completions.create(asked, { maxRetries: 2 })).rejects.toMatchObject({ status })
  expect(calls.map((call) => [call.status, call.chunks.length])).toEqual(Array(3).fill([status, 0]))
  expect(await Promise.all(calls.map(({ ended }) => ended))).toEqual(Array(3).fill('finished'))
})

test('a failure after the first words is an error inside the stream', async () => {
  const { stream } = scripted([say('I was going to'), fail(500)])
  await expect(textOf(await stream())).rejects.toThrow('The script fails with status 500.')
})

test('a disconnect in the middle of a stream fails it, after everything that was said', async () => {
  const { stream, calls } = scripted([say('half a sen'), disconnect()])
  let text = ''
  const reading = (async () => {
    for await (const { choices } of await stream()) text += choices[0]?.delta.content ?? ''
  })()
  await expect(reading).rejects.toThrow()
  expect(text).toBe('half a sen')
  expect(await calls[0]?.ended).toBe('aborted-by-script')
})

test('an early end is no error on the wire, but lacks the finish reason', async () => {
  const { stream, final, whole, calls } = scripted([say('half a sen'), endEarly()])
  expect(await textOf(await stream())).toBe('half a sen')
  await expect(final()).rejects.toThrow('missing finish_reason')
  await expect(whole()).rejects.toThrow(SyntaxError)
  expect(await Promise.all(calls.map(({ ended }) => ended))).toEqual(Array(3).fill('aborted-by-script'))
})

test('nonsense in the stream is no JSON to the client', async () => {
  const { stream } = scripted([say('well'), nonsense('data: {"choices": [\n\n')])
  await expect(textOf(await stream())).rejects.toThrow(SyntaxError)
})

test('a client that aborts is recorded as disconnected', async () => {
  const { stream, held, calls } = scripted([say('I could go on'), hold(), say(' for ever')])
  const answer = await stream()
  const call = await held()
  for await (const { choices } of answer) if (choices[0]?.delta.content) answer.controller.abort()
  expect(await call.ended).toBe('client-disconnected')
  expect(calls[0]?.chunks.map(({ says }) => says)).toEqual(['', 'I could go on'])
})

test('silence lasts until the client leaves', async () => {
  const { message, called } = model.script([silence()])
  const leaving = new AbortController()
  const asking = client.chat.completions.create(question(message('Hi')), { signal: leaving.signal })
  const call = await called()
  leaving.abort()
  await expect(asking).rejects.toThrow(OpenAI.APIUserAbortError)
  expect(await call.ended).toBe('client-disconnected')
  expect(call).toMatchObject({ status: undefined, firstByteAtMs: undefined })
})

test('two scripts at once do not mix, and each waits for its own release', async () => {
  const [one, two] = [scripted([say('1a'), hold(), say('1b')]), scripted([say('2a'), hold(), say('2b')])]
  const texts = [one.stream().then(textOf)]
  const calls = [await one.held()]
  texts.push(two.stream().then(textOf))
  calls.push(await two.held())
  two.release()
  expect(await texts[1]).toBe('2a2b')
  expect(await calls[1]?.ended).toBe('finished')
  expect(calls[0]?.ending).toBeUndefined()
  one.release()
  expect(await texts[0]).toBe('1a1b')
  expect([one.calls, two.calls]).toEqual([[calls[0]], [calls[1]]])
})

test('a wrong key is refused as OpenAI refuses it', async () => {
  const stranger = new OpenAI({ baseURL: model.baseUrl, apiKey: 'sk-wrong', maxRetries: 0, logLevel: 'off' })
  await expect(stranger.models.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' })
})
