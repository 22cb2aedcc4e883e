// Writes the answers that are no streams, after the faults have had their way with them.
import { problemMediaType } from '../../contracts/core/problem.ts'
import { type CodeRule, codes } from '../../contracts/core/problem-codes.ts'
import type { Head } from '../faults/fault.ts'
import type { PlainReply, Refusal } from './call.ts'
import type { Exchange } from './exchange.ts'

/** Writes a JSON body or none. */
export function sendReply(exchange: Exchange, { body, headers, status }: PlainReply): void {
  const type = status >= 400 ? problemMediaType : 'application/json'
  const head: Head = { status, headers: body === undefined ? {} : { 'content-type': type } }
  if (headers !== undefined) Object.assign(head.headers, headers)
  send(exchange, head, body === undefined ? '' : JSON.stringify(body))
}

/** Writes the problem of a refusal under the head that `problemHead` gives. */
export function sendProblem(exchange: Exchange, head: Head, { problem }: Refusal): void {
  send(exchange, head, JSON.stringify(problem))
}

export function problemHead({ headers, problem: { code, status } }: Refusal): Head {
  const rule: CodeRule = codes[code]
  const retryAfter = rule.retryAfter === true ? { 'retry-after': '1' } : {}
  return { status, headers: { 'content-type': problemMediaType, ...retryAfter, ...headers } }
}

function send({ crossOrigin, plan, request, response }: Exchange, head: Head, text: string): void {
  if (crossOrigin !== undefined) Object.assign(head.headers, crossOrigin)
  const rewritten = plan.rewrite(head, text)
  plan.head(head, false, request)
  if (plan.cuts(head)) {
    response.destroy()
    return
  }
  const body = plan.body(rewritten, head)
  head.headers['content-length'] = String(Buffer.byteLength(body))
  response.writeHead(head.status, head.headers)
  response.end(body)
  // What is left of a refused body is not read into memory.
  if (!request.complete) request.resume()
}
