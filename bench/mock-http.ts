// How many plain requests the mock answers in a second, everything judged, against a bare server that answers the same bytes.
import type { Bench, Effort, Row } from './bench.ts'
import { contest } from './contest.ts'
import { load, requestBytes } from './load.ts'
import { perCpuSecond } from './per-cpu-second.ts'
import { type MeteredServer, startMeteredServer } from './server-process.ts'
import { mockCommand, startBareServer, token } from './servers.ts'

export const bench: Bench = {
  name: 'mock-http',
  says: 'Plain requests a second of the server’s processor time: the mock, everything judged, against bare node:http answering the same bytes.',
  async run(effort) {
    await using mock = await startMeteredServer(mockCommand())
    const headers = { host: `127.0.0.1:${mock.port}`, authorization: `Bearer ${token}` }
    const json = { ...headers, 'content-type': 'application/json' }
    const { session_id: session } = (await ask(mock.port, 'POST', '/api/session/new', json, '{}')).body
    const cases: readonly Case[] = [
      { what: 'GET /health', method: 'GET', path: '/health', headers, aim: 0.9 },
      { what: 'GET report', method: 'GET', path: `/api/session/${session}/dynamic-report`, headers, aim: 0.9 },
      { what: 'POST session', method: 'POST', path: '/api/session/new', headers: json, body: newSession, aim: 0.8 },
    ]
    const rows: Row[] = []
    for (const one of cases) rows.push(await compare(mock, one, effort))
    return rows
  },
}

interface Case {
  readonly what: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** The least ratio to the bare server. */
  readonly aim: number
}

const newSession = JSON.stringify({ chapter_id: 'welcome', locale: 'en-GB' })

async function compare(mock: MeteredServer, { what, method, path, headers, body, aim }: Case, effort: Effort) {
  const answer = await ask(mock.port, method, path, headers, body)
  await using bare = await startBareServer({ [path]: { ...answer, writes: [answer.text] } })
  const request = requestBytes(method, path, headers, body)
  const requests = Math.ceil(effort.requests * (method === 'POST' ? postShare : 1))
  const contender = (name: string, server: MeteredServer) =>
    perCpuSecond(name, server, () => load({ port: server.port, request, status: answer.status, requests }))
  const outcome = await contest([contender('mock', mock), contender('bare', bare)], effort)
  return { what, unit: 'requests/s', ...outcome, aim: { atLeast: aim } }
}

/** The mock keeps every session: fewer of them, so that a table of sessions as large as no test has is not what is measured. */
const postShare = 0.25

/** One answer of the mock, with the headers that are not the server's own. */
async function ask(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
) {
  const { host: _, ...rest } = headers
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: rest,
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  const own = ['date', 'connection', 'keep-alive', 'transfer-encoding']
  const kept = [...response.headers].filter(([name]) => !own.includes(name))
  return { status: response.status, headers: Object.fromEntries(kept), text, body: JSON.parse(text) }
}
