// Lets web pages of listed origins call: the headers that let a page read an answer, and the answer to a browser's preflight.
import type { IncomingMessage } from 'node:http'
import type { Head } from '../faults/fault.ts'
import type { Exchange } from './exchange.ts'

/** What stands on every answer to a listed origin; `undefined` for any other request. */
export function crossOriginHeaders(
  { headers: { origin } }: IncomingMessage,
  allowed: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (origin === undefined || !allowed.includes(origin)) return undefined
  return { 'access-control-allow-origin': origin, vary: 'Origin' }
}

/** Answers the preflight of a listed origin; the browser's question carries no token. Returns whether the request was one. */
export function answerPreflight({ crossOrigin, plan, request, response }: Exchange): boolean {
  if (request.method !== 'OPTIONS' || crossOrigin === undefined) return false
  if (request.headers['access-control-request-method'] === undefined) return false
  const allow = {
    'access-control-allow-methods': 'GET, POST, DELETE',
    'access-control-allow-headers': 'authorization, content-type',
  }
  const head: Head = { status: 204, headers: { ...crossOrigin, ...allow } }
  plan.head(head, false, request)
  response.writeHead(head.status, head.headers)
  response.end()
  return true
}
