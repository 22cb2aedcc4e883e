// How many events of a stream the mock sends in a second, each one judged, against a bare server that writes the same bytes, one write an event.
import type { Bench } from './bench.ts'
import { contest } from './contest.ts'
import { requestBytes } from './load.ts'
import { perCpuSecond } from './per-cpu-second.ts'
import { readEvents } from './read-events.ts'
import { type MeteredServer, startMeteredServer } from './server-process.ts'
import { mockCommand, startBareServer, token } from './servers.ts'

export const bench: Bench = {
  name: 'mock-sse',
  says: 'Events a second of the server’s processor time: the mock telling `long`, every event judged, against bare writes of the same bytes.',
  async run(effort) {
    const { streams } = effort
    await using mock = await startMeteredServer(mockCommand('--scenario', 'long'))
    const path = await openSession(mock.port)
    const recorded = await recordTurns(mock.port, path, streams)
    const answers = recorded.map(
      (writes, place) => [`/${place}`, { status: 200, headers: streamHeaders, writes }] as const,
    )
    await using bare = await startBareServer(Object.fromEntries(answers))

    const mockRequests = recorded.map(() => message(mock.port, path))
    const bareRequests = answers.map(([path]) => message(bare.port, path))
    const events = recorded.reduce((sum, frames) => sum + frames.length, 0)
    const contender = (name: string, server: MeteredServer, requests: readonly Buffer[]) =>
      perCpuSecond(name, server, () => readTurns(server.port, requests, events))
    const contenders = [contender('mock', mock, mockRequests), contender('bare', bare, bareRequests)]
    const outcome = await contest(contenders, effort)
    return [{ what: `turns of ${events / streams} events`, unit: 'events/s', ...outcome, aim: { atLeast: 0.65 } }]
  },
}

async function readTurns(port: number, requests: readonly Buffer[], expected: number): Promise<number> {
  let events = 0
  for (const request of requests) events += await readEvents(port, request)
  if (events !== expected) throw new Error(`expected ${expected} events; received ${events}`)
  return events
}

/** The path of the messages of a new session. */
async function openSession(port: number): Promise<string> {
  const response = await post(port, '/api/session/new', {})
  const { session_id: session } = (await response.json()) as { session_id: string }
  return `/api/session/${session}/message/stream`
}

/** The frames of so many turns, told one after the other. */
async function recordTurns(port: number, path: string, turns: number): Promise<string[][]> {
  const recorded: string[][] = []
  for (let turn = 0; turn < turns; turn += 1) {
    const text = await (await post(port, path, say)).text()
    recorded.push(text.split(/(?<=\n\n)/))
  }
  return recorded
}

function post(port: number, path: string, body: object): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

function message(port: number, path: string): Buffer {
  return requestBytes('POST', path, { host: `127.0.0.1:${port}`, ...headers }, JSON.stringify(say))
}

const say = { message: 'Go on.' }
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
const streamHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' }
