import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { hold, pause, say, silence } from './script.ts'
import { startModelServer } from './server.ts'
import { ask } from './test-client.ts'

const error = (message: string, code: string | null = null, param: string | null = null) => ({
  error: { message: expect.stringContaining(message), type: 'invalid_request_error', param, code },
})

test.each([
  ['no key', 'GET', '/models', undefined, undefined, 401, error("didn't provide an API key")],
  ['another key', 'GET', '/nowhere', 'Bearer other', undefined, 401, error('Incorrect', 'invalid_api_key')],
  ['an unknown path', 'POST', '/nowhere', 'key', '{}', 404, error('Invalid URL (POST /v1/nowhere)')],
  ['another method', 'GET', '/chat/completions', 'key', undefined, 405, error('use POST')],
  ['broken JSON', 'POST', '/chat/completions', 'key', '{"messages": [', 400, error('could not parse')],
  ['JSON that is no object', 'POST', '/chat/completions', 'key', '"hi"', 400, error('could not parse')],
  [
    'bytes that are not UTF-8',
    'POST',
    '/chat/completions',
    'key',
    Buffer.from('{"messages":["\xff"]}', 'latin1'),
    400,
    error('could not parse'),
  ],
  [
    'no messages',
    'POST',
    '/chat/completions',
    'key',
    '{}',
    400,
    error("'messages'", 'missing_required_parameter', 'messages'),
  ],
])("%s is refused in OpenAI's shape", async (_, method, path, key, body, status, expected) => {
  await using model = await startModelServer()
  const authorization = key === 'key' ? `Bearer ${model.apiKey}` : key
  const headers = authorization === undefined ? {} : { authorization }
  const response = await fetch(model.baseUrl + path, { method, headers, ...(body !== undefined && { body }) })
  expect({ status: response.status, body: await response.json() }).toEqual({ status, body: expected })
  expect(await (await model.called()).ended).toBe('finished')
  expect(model.calls).toMatchObject([{ method, path: `/v1${path}`, status, marker: undefined }])
})

test('a body that is too large is refused, and not kept', async () => {
  await using model = await startModelServer()
  const response = await ask(model, 'a'.repeat(64 * 1024 * 1024))
  const { status, body } = await model.called()
  expect([response.status, status, typeof body]).toEqual([413, 413, 'undefined'])
})

test('what no script expects gets a default reply', async () => {
  await using model = await startModelServer()
  const script = model.script([say('never said')])
  const response = await ask(model, 'What is the time?')
  expect(await response.json()).toMatchObject({
    choices: [{ message: { content: 'No script answers this question: What is the time?' }, finish_reason: 'stop' }],
  })
  expect(script.calls).toEqual([])
})

test('records what was asked, when it was answered, and never the key', async () => {
  await using model = await startModelServer()
  const script = model.script([say('a', 'b')])
  const response = await ask(model, script.message('Hi'), { stream: true, temperature: 0 })
  await response.text()
  const call = await script.called()
  await call.ended
  expect(model.calls).toEqual([call])
  expect(call).toMatchObject({
    marker: script.marker,
    streaming: true,
    status: 200,
    ending: 'finished',
    body: { temperature: 0 },
  })
  expect(call.chunks.map(({ says }) => says)).toEqual(['', 'a', 'b', '', ''])
  const times = [call.receivedAtMs, call.firstByteAtMs, ...call.chunks.map(({ atMs }) => atMs), call.endedAtMs]
  expect(times).toEqual([...times].sort((a, b) => Number(a) - Number(b)))
  expect(JSON.stringify(model.calls)).not.toContain(model.apiKey)
})

test('keys and markers are different each time', async () => {
  await using one = await startModelServer()
  await using two = await startModelServer()
  expect(one.apiKey).not.toBe(two.apiKey)
  expect(one.script([say('')]).marker).not.toBe(one.script([say('')]).marker)
})

test('waiting for a call can be given up', async () => {
  await using model = await startModelServer()
  const script = model.script([say('')])
  const waits = [
    script.called(1, { signal: AbortSignal.abort('late') }),
    script.held(1, { signal: AbortSignal.abort('late') }),
  ]
  for (const wait of waits) await expect(wait).rejects.toMatchObject({ cause: 'late' })
  await expect(model.called(2, { signal: AbortSignal.abort() })).rejects.toThrow(
    'Expected 2 requests to the model server',
  )
})

test.each([
  ['a hold', [hold()]],
  ['a pause', [pause(1_000_000_000)]],
  ['silence', [silence()]],
])('closing ends %s at once, and every wait', async (_, reply) => {
  const model = await startModelServer()
  const script = model.script(reply)
  const asking = expect(ask(model, script.message('Hi'))).rejects.toThrow()
  const idle = connect(Number(new URL(model.baseUrl).port), '127.0.0.1')
  const idleClosed = new Promise((resolve) => idle.once('close', resolve))
  const call = await script.called()
  const waiting = expect(script.called(2)).rejects.toThrow('the model server was closed')
  await model.close()
  await model.close()
  expect(await call.ended).toBe('server-closed')
  await Promise.all([asking, waiting, idleClosed])
})
