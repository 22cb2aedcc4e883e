// The measure of all HTTP benchmarks: a `node:http` server that does nothing but answer prepared bytes. Runs as a process of its own.
import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the bare server answers to one path, whatever the request holds. */
export interface BareAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Written one by one; a single one is sent with its length. */
  readonly writes: readonly string[]
}

/** Answers by path. */
export type BareAnswers = Readonly<Record<string, BareAnswer>>

if (import.meta.main) {
  const [file] = process.argv.slice(2)
  const answers: BareAnswers = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'))
  serve(new Map(Object.entries(answers)))
  process.stdin.once('end', () => process.exit()).resume()
}

function serve(answers: ReadonlyMap<string, BareAnswer>): void {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const answer = answers.get(request.url ?? '')
    if (answer === undefined) response.writeHead(404).end()
    else if (request.method === 'GET') send(response, answer)
    else request.resume().once('end', () => send(response, answer))
  })
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`)
  })
}

function send(response: ServerResponse, { headers, status, writes }: BareAnswer): void {
  response.writeHead(status, headers)
  if (writes.length === 1) response.end(writes[0])
  else stream(response, writes, 0)
}

function stream(response: ServerResponse, writes: readonly string[], from: number): void {
  for (let place = from; place < writes.length; place += 1) {
    if (response.write(writes[place])) continue
    response.once('drain', () => stream(response, writes, place + 1))
    return
  }
  response.end()
}
