// The measure of the benchmarks: a `node:http` server that does nothing but answer prepared bytes, as a process of its own.
// JavaScript, because it is also the measure of cold starts, and types would have to be stripped first.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const [file] = process.argv.slice(2)
/** @type {import('./servers.ts').BareAnswers} */
const answers = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'))
const answersByPath = new Map(Object.entries(answers))

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const answer = answersByPath.get(request.url)
  if (answer === undefined) response.writeHead(404).end()
  else if (request.method === 'GET') send(response, answer)
  else request.resume().once('end', () => send(response, answer))
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`))
process.stdin.once('end', () => process.exit()).resume()

function send(response, { headers, status, writes }) {
  response.writeHead(status, headers)
  if (writes.length === 1) response.end(writes[0])
  else stream(response, writes, 0)
}

function stream(response, writes, from) {
  for (let place = from; place < writes.length; place += 1) {
    if (response.write(writes[place])) continue
    response.once('drain', () => stream(response, writes, place + 1))
    return
  }
  response.end()
}
