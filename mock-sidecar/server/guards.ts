// What a request must pass before its operation sees it, in the order in which the contract answers several faults at once.
import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { refusedBodyBytes } from '../../contracts/core/contract.ts'
import { problem } from '../../contracts/core/problem.ts'
import type { ProblemCode } from '../../contracts/core/problem-codes.ts'
import { Refusal } from './call.ts'
import type { Match, Route } from './routes.ts'

export interface GuardOptions {
  readonly port: number
  /** `undefined`: no token is asked for (`sidecheck mock --no-token`). */
  readonly token: string | undefined
  readonly allowedOrigins: readonly string[]
  /** Refusals that an active fault leaves out; returns whether this one is. */
  readonly lets: (code: ProblemCode, request: IncomingMessage) => boolean
}

/** Checks the head of a request: Host, Origin, token, route, method, media type, declared size. Throws a Refusal. */
export function guardHead(request: IncomingMessage, match: Match, options: GuardOptions): Route {
  const { headers, method = '' } = request
  const refuse = (code: ProblemCode, detail: string, more: Readonly<Record<string, string>> = {}) => {
    if (!options.lets(code, request)) throw new Refusal(problem(code, detail), more)
  }
  if (!isOwnHost(headers.host, options.port)) {
    refuse('MISDIRECTED_HOST', `Host must be 127.0.0.1:${options.port} or localhost:${options.port}`)
  }
  if (headers.origin !== undefined && !options.allowedOrigins.includes(headers.origin)) {
    refuse('FORBIDDEN_ORIGIN', 'this Origin may not call; SIDECAR_ALLOWED_ORIGINS lists those that may')
  }
  if (match.route?.operation.open !== true && !hasToken(headers.authorization, options.token)) {
    const scheme = { 'www-authenticate': 'Bearer' }
    refuse('UNAUTHENTICATED', 'send the header `Authorization: Bearer <SIDECAR_TOKEN>`', scheme)
  }
  if (match.allow.length === 0) throw new Refusal(problem('NOT_FOUND', 'no operation has this path'))
  if (match.route === undefined) {
    const allow = { allow: match.allow.join(', ') }
    throw new Refusal(
      problem('METHOD_NOT_ALLOWED', `${method} is not taken here; ${match.allow.join(' or ')} is`),
      allow,
    )
  }
  if (method !== 'GET' && !isJson(headers['content-type'], carriesBody(request))) {
    refuse('UNSUPPORTED_MEDIA_TYPE', 'send `content-type: application/json`')
  }
  if (Number(headers['content-length'] ?? 0) > refusedBodyBytes) refuse('PAYLOAD_TOO_LARGE', tooLarge)
  return match.route
}

/** Reads the body whole, at most the bytes that the contract lets a sidecar take. Throws a Refusal. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > refusedBodyBytes) throw new Refusal(problem('PAYLOAD_TOO_LARGE', tooLarge), { connection: 'close' })
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}

/** Decodes and checks a body against the operation's schema. Throws a Refusal. */
export function guardBody({ operation }: Route, bytes: Buffer): unknown {
  if (operation.input === undefined) return {}
  const value = bytes.length === 0 ? {} : parse(bytes)
  const result = operation.input.safeParse(value)
  if (result.success) return value
  const errors = result.error.issues.map(({ message, path }) => ({ detail: message, pointer: pointer(path) }))
  const detail = errors.map((error) => `${error.pointer}: ${error.detail}`).join('; ')
  throw new Refusal(problem('VALIDATION_FAILED', detail, { errors }))
}

const tooLarge = `bodies up to ${refusedBodyBytes} bytes are taken`
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch {
    throw new Refusal(problem('PARSE_ERROR', 'the body is not JSON in UTF-8'))
  }
}

/** Exactly the two names of this server: a prefix or suffix that looks like them is a foreign host (DNS rebinding). */
function isOwnHost(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`
}

function hasToken(authorization: string | undefined, token: string | undefined): boolean {
  if (token === undefined) return true
  const expected = Buffer.from(`Bearer ${token}`)
  const received = Buffer.from(authorization ?? '')
  return received.length === expected.length && timingSafeEqual(received, expected)
}

function carriesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** A web page can post `text/plain` and forms to any port without being asked; JSON needs a preflight. */
function isJson(contentType: string | undefined, carriesBody: boolean): boolean {
  if (contentType === undefined) return !carriesBody
  return contentType.split(';')[0]?.trim().toLowerCase() === 'application/json'
}

/** A JSON Pointer as URI fragment (RFC 6901 §6). */
function pointer(path: readonly PropertyKey[]): string {
  const part = (name: PropertyKey) => encodeURIComponent(String(name).replaceAll('~', '~0').replaceAll('/', '~1'))
  return `#${path.map((name) => `/${part(name)}`).join('')}`
}
