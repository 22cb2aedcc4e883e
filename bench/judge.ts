// What judging costs in this process: one event of a stream, one plain answer, one whole exchange. Microseconds, lower is better.
import { Readable } from 'node:stream'
import type { StreamEvent } from '../contracts/core/grammar.ts'
import { type Answer, judgeAnswer } from '../contracts/core/judge-answer.ts'
import type { Operation } from '../contracts/core/operation.ts'
import { problem } from '../contracts/core/problem.ts'
import { readStream } from '../contracts/core/read-stream.ts'
import { bounds } from '../contracts/session/bounds.ts'
import { sessionContract } from '../contracts/session/contract.ts'
import { operations } from '../contracts/session/operations.ts'
import { turnGrammar } from '../contracts/session/turn.ts'
import { newRecorder } from '../harness/client/exchange.ts'
import { judgeExchange } from '../harness/client/http-client.ts'
import { patience } from '../harness/client/patience.ts'
import { readEventStream } from '../harness/client/stream-exchange.ts'
import { encodeEvent } from '../mock-sidecar/server/stream-writer.ts'
import type { Bench, Row } from './bench.ts'
import { contest, type Rounds } from './contest.ts'

export const bench: Bench = {
  name: 'judge',
  says: 'Judging in this process: what one event, one answer and one whole exchange cost.',
  async run(effort) {
    const { judged } = effort
    const turn = longTurn(judged)
    const rows: Row[] = [await cost('event of a turn', effort, turn.length, () => judgeTurn(turn))]
    for (const [what, operation, answer] of answers) {
      const judgeOne = () => {
        if (judgeAnswer(operation, answer).length > 0) throw new Error(`${what} is judged wrongly`)
      }
      rows.push(await cost(what, effort, judged, () => repeat(judged, judgeOne)))
    }
    const exchanges = Math.ceil(judged / eventsOfExchange)
    const replayAll = async () => {
      for (let time = 0; time < exchanges; time += 1) await replayExchange()
    }
    const note = `a turn of ${eventsOfExchange} events with its head, from recorder to judge as the client does it, without a socket`
    rows.push({ ...(await cost('whole exchange', effort, exchanges, replayAll)), note })
    return rows
  },
}

async function cost(what: string, rounds: Rounds, times: number, work: () => unknown): Promise<Row> {
  const measure = async () => {
    const beganMs = performance.now()
    await work()
    return ((performance.now() - beganMs) * 1_000) / times
  }
  return { what, unit: 'µs', ...(await contest([{ name: 'judge', measure }], rounds)) }
}

function repeat(times: number, work: () => void): void {
  for (let time = 0; time < times; time += 1) work()
}

function judgeTurn(turn: readonly StreamEvent[]): void {
  const reader = readStream(turnGrammar)
  for (const event of turn) {
    const [complaint] = reader.event(event)
    if (complaint !== undefined) throw new Error(`expected no complaint; received ${JSON.stringify(complaint)}`)
  }
  if (reader.end().length > 0) throw new Error('expected the turn to be whole')
}

/** Reads a recorded turn once more: recorded, framed twice, judged, its secrets hidden, as the client and its check do it. */
async function replayExchange(): Promise<void> {
  const recorder = newRecorder([client.token])
  const exchange = recorder.open(recordedRequest)
  Object.assign(exchange, { headAtMs: recorder.nowMs(), status: 200, responseHeaders: recordedHead })
  judgeExchange(operations.streamMessage, exchange, undefined, undefined)
  const stream = readEventStream(recordedBody(), turnGrammar, exchange, { ...client, recorder })
  await stream.ended()
  recorder.close()
  const [violation] = recorder.violations
  if (violation !== undefined || stream.events.length !== eventsOfExchange)
    throw new Error(`expected a turn that keeps every rule; received ${JSON.stringify(violation)}`)
}

/** Piece by piece, as it came: one event a piece. */
function recordedBody(): Readable {
  return new Readable({
    read() {
      for (const frame of recordedFrames) this.push(frame)
      this.push(null)
    },
  })
}

/** One message in so many chunks, opened and closed as the grammar says. */
function longTurn(chunks: number): StreamEvent[] {
  const delta = 'a few words, '
  const message = { message_id: 'msg-0e5c9a47-1f0b-4d3c-9f8e-0a1b2c3d4e5f' }
  const bodies = [
    { type: 'start' },
    ...Array.from({ length: chunks }, () => ({ type: 'companion_chunk', ...message, delta })),
    { type: 'companion_complete', ...message, text: delta.repeat(chunks) },
    { type: 'complete', finish_reason: 'stop' },
  ]
  return bodies.map(({ type, ...members }, place) => ({ type, seq: place + 1, ...envelope, ...members }))
}

const session = { session_id: 'ses-0e5c9a47-1f0b-4d3c-9f8e-0a1b2c3d4e5f' }
const ts = '2026-01-31T23:59:59.000Z'
const envelope = { ...session, turn_id: 'turn-0e5c9a47-1f0b-4d3c-9f8e-0a1b2c3d4e5f', ts }

const eventsOfExchange = 50
/** `longTurn` adds three events to its chunks. */
const recordedFrames = longTurn(eventsOfExchange - 3).map((event) => Buffer.from(encodeEvent(event, turnGrammar)))
const recordedHead = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' }

const client = {
  contract: sessionContract,
  baseUrl: 'http://127.0.0.1:1',
  token: 'Zm9ydHktdGhyZWUtY2hhcmFjdGVycy1vZi1iYXNlNjR1cmw',
  patience: patience(1),
  bounds,
  keepaliveMs: 15_000,
}

const recordedRequest = {
  operation: operations.streamMessage.id,
  method: 'POST',
  path: `/api/session/${session.session_id}/message/stream`,
  requestHeaders: { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' },
  requestBody: '{"message":"Please answer."}',
}

const answers: readonly (readonly [what: string, operation: Operation, answer: Answer])[] = [
  [
    'health',
    operations.health,
    json(200, { status: 'ok', boot_id: 'b', sidecar_version: '1', contract: 'session/1', uptime_ms: 1 }),
  ],
  ['new session', operations.newSession, json(201, { ...session, created_at: ts, workspace_id: 'ws-1' })],
  [
    'report',
    operations.reportSession,
    json(200, {
      ...session,
      revision: 1,
      updated_at: ts,
      title: 'A title',
      sections: [{ section_id: 'turn-1', title: 'Turn 1', markdown: 'x' }],
    }),
  ],
  [
    'problem',
    operations.reportSession,
    json(404, problem('SESSION_NOT_FOUND', 'there is no such session'), 'application/problem+json'),
  ],
]

function json(status: number, body: object, type = 'application/json'): Answer {
  return { status, headers: { 'content-type': type }, body, bytes: JSON.stringify(body).length }
}
