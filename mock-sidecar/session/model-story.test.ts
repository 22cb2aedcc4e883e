import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import type { StreamEvent } from '../../contracts/core/grammar.ts'
import { program } from '../../fixtures/programs/programs.ts'
import { type TestClient, testClient } from '../execution/test-client.ts'

/** A mock whose model asks an expert to run this program, once. */
async function asking(name: string): Promise<TestClient> {
  const call = JSON.stringify({ expert_id: 'archivist', task: 'Find it.', code: program(name).code })
  const asks = { tool_calls: [{ index: 0, id: 'call-1', function: { name: 'consult_expert', arguments: call } }] }
  const model = createServer((request, response) => {
    let body = ''
    request.on('data', (bytes: Buffer) => {
      body += bytes.toString()
    })
    request.on('end', () => {
      const isAnswered = body.includes('"role":"tool"')
      const choice = isAnswered
        ? { delta: { content: 'Found.' }, finish_reason: 'stop' }
        : { delta: asks, finish_reason: 'tool_calls' }
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(`data: ${JSON.stringify({ choices: [choice] })}\n\ndata: [DONE]\n\n`)
    })
  })
  await once(model.listen(0, '127.0.0.1'), 'listening')
  model.unref()
  const { port } = model.address() as AddressInfo
  return testClient({ model: { baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: 'key', name: 'model' } })
}

const turn = (client: TestClient) => client.stream('message/stream', { message: 'Where is it?' })

const runOf = async (client: TestClient, id: unknown) =>
  (await client.ask('GET', `/api/session/${client.session}/runs/${id}`)).json()

function find(events: readonly StreamEvent[], type: string): StreamEvent {
  const found = events.find((event) => event.type === type)
  if (found === undefined) throw new Error(`expected ${type}, received ${events.map(({ type }) => type).join(', ')}`)
  return found
}

it('names the run of an expert, which can be asked for', async () => {
  await using client = await asking('prints-forty-two')
  const complete = find(await (await turn(client)).all(), 'consultation_complete')
  const [id] = complete['run_ids'] as string[]
  expect(complete).toMatchObject({ expert_id: 'archivist', summary: '42\n' })
  expect(await runOf(client, id)).toMatchObject({ state: 'finished', result: { lane: 'expert', status: 'ok' } })
  expect(client.broken).toEqual([])
})

it('names the run that failed, and the turn goes on', async () => {
  await using client = await asking('raises-value-error')
  const events = await (await turn(client)).all()
  const { code, context } = find(events, 'consultation_error')['error'] as {
    code: string
    context: { run_id: string }
  }
  expect(code).toBe('INTERNAL')
  expect(await runOf(client, context.run_id)).toMatchObject({ result: { exit: { reason: 'exception' } } })
  expect(events.at(-1)?.type).toBe('complete')
})

it('cancels the run with its turn', async () => {
  await using client = await asking('prints-its-pid-and-waits')
  const stream = await turn(client)
  const { turn_id: id } = await stream.next('consultation_start')
  // The run is queued or running now; either way it ends with its turn.
  await client.ask('POST', `/api/session/${client.session}/turns/${id}/cancel`)
  expect((await stream.all()).at(-1)).toMatchObject({ type: 'error', error: { context: { reason: 'user' } } })
  expect(client.broken).toEqual([])
})
