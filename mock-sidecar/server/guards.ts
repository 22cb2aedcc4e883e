// What a request must pass before its operation sees it, in the order in which the contract answers several faults at once.
import { isUtf8 } from 'node:buffer'
import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { refusedBodyBytes } from '../../contracts/core/contract.ts'
import { fits } from '../../contracts/core/fits.ts'
import { problem } from '../../contracts/core/problem.ts'
import type { ProblemCode } from '../../contracts/core/problem-codes.ts'
import { Refusal } from './call.ts'
import type { Match, Route } from './routes.ts'

export interface GuardOptions {
  readonly port: number
  /** `undefined`: no token is asked for (`sidecheck mock --no-token`). */
  readonly token: string | undefined
  readonly allowedOrigins: readonly string[]
}

/** Whether an active fault leaves the refusal with this code out. */
export type Lets = (code: ProblemCode, request: IncomingMessage) => boolean

/** Checks the head of a request: Host, Origin, token, route, method, media type, declared size. Throws a Refusal. */
export type HeadGuard = (request: IncomingMessage, match: Match, lets: Lets) => Route

export function headGuard({ allowedOrigins, port, token }: GuardOptions): HeadGuard {
  const isOwnHost = hostCheck(port)
  const hasToken = token === undefined ? () => true : tokenCheck(token)

  return (request, match, lets) => {
    const { headers, method = '' } = request
    if (!isOwnHost(headers.host)) {
      refuse(request, lets, 'MISDIRECTED_HOST', `Host must be 127.0.0.1:${port} or localhost:${port}`)
    }
    if (headers.origin !== undefined && !allowedOrigins.includes(headers.origin)) {
      refuse(
        request,
        lets,
        'FORBIDDEN_ORIGIN',
        'this Origin may not call; SIDECAR_ALLOWED_ORIGINS lists those that may',
      )
    }
    if (match.route?.operation.open !== true && !hasToken(headers.authorization)) {
      const scheme = { 'www-authenticate': 'Bearer' }
      refuse(request, lets, 'UNAUTHENTICATED', 'send the header `Authorization: Bearer <SIDECAR_TOKEN>`', scheme)
    }
    if (match.route === undefined) throw unrouted(method, match)
    if (method !== 'GET' && !isJson(headers)) {
      refuse(request, lets, 'UNSUPPORTED_MEDIA_TYPE', 'send `content-type: application/json`')
    }
    if (Number(headers['content-length'] ?? 0) > refusedBodyBytes) refuse(request, lets, 'PAYLOAD_TOO_LARGE', tooLarge)
    return match.route
  }
}

/**
 * Reads the body whole and hands it on, once; `undefined`: it is longer than the contract lets a sidecar take.
 * Nothing is handed on where the client leaves before the end: nobody waits for an answer.
 */
export function readBody(request: IncomingMessage, done: (bytes: Buffer | undefined) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    if (bytes > refusedBodyBytes) return
    bytes += chunk.length
    if (bytes > refusedBodyBytes) done(undefined)
    else chunks.push(chunk)
  })
  request.once('end', () => {
    if (bytes <= refusedBodyBytes) done(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))
  })
}

/** Decodes and checks a body against the operation's schema. Throws a Refusal. */
export function guardBody({ operation: { input } }: Route, bytes: Buffer | undefined): unknown {
  if (bytes === undefined) throw new Refusal(problem('PAYLOAD_TOO_LARGE', tooLarge), { connection: 'close' })
  if (input === undefined) return {}
  const value = bytes.length === 0 ? {} : parse(bytes)
  if (fits(input)(value)) return value
  const errors = (input.safeParse(value).error?.issues ?? []).map(({ message, path }) => ({
    detail: message,
    pointer: pointer(path),
  }))
  const detail = errors.map((error) => `${error.pointer}: ${error.detail}`).join('; ')
  throw new Refusal(problem('VALIDATION_FAILED', detail, { errors }))
}

const tooLarge = `bodies up to ${refusedBodyBytes} bytes are taken`

function refuse(
  request: IncomingMessage,
  lets: Lets,
  code: ProblemCode,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (!lets(code, request)) throw new Refusal(problem(code, detail), headers)
}

function unrouted(method: string, { allow }: Match): Refusal {
  if (allow.length === 0) return new Refusal(problem('NOT_FOUND', 'no operation has this path'))
  const detail = `${method} is not taken here; ${allow.join(' or ')} is`
  return new Refusal(problem('METHOD_NOT_ALLOWED', detail), { allow: allow.join(', ') })
}

/** Exactly the two names of this server: a prefix or suffix that looks like them is a foreign host (DNS rebinding). */
function hostCheck(port: number): (host: string | undefined) => boolean {
  const address = `127.0.0.1:${port}`
  const name = `localhost:${port}`
  return (host) => host === address || host === name
}

/** How long the comparison takes says nothing of the token. Node reads header bytes as Latin-1. */
function tokenCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = Buffer.from(`Bearer ${token}`)
  const received = Buffer.alloc(expected.length)
  return (authorization) => {
    if (authorization?.length !== expected.length) return false
    received.write(authorization, 'latin1')
    return timingSafeEqual(received, expected)
  }
}

function parse(bytes: Buffer): unknown {
  try {
    if (isUtf8(bytes)) return JSON.parse(bytes.toString())
  } catch {}
  throw new Refusal(problem('PARSE_ERROR', 'the body is not JSON in UTF-8'))
}

/** A web page can post `text/plain` and forms to any port without being asked; JSON needs a preflight. */
function isJson(headers: IncomingMessage['headers']): boolean {
  const type = headers['content-type']
  if (type === undefined) return !carriesBody(headers)
  return type === 'application/json' || type.split(';')[0]?.trim().toLowerCase() === 'application/json'
}

function carriesBody(headers: IncomingMessage['headers']): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** A JSON Pointer as URI fragment (RFC 6901 §6). */
function pointer(path: readonly PropertyKey[]): string {
  const part = (name: PropertyKey) => encodeURIComponent(String(name).replaceAll('~', '~0').replaceAll('/', '~1'))
  return `#${path.map((name) => `/${part(name)}`).join('')}`
}
