// The HTTP front of the mock, made from a contract: routes, guards, judged answers, streams, faults. It owns its socket.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Contract } from '../../contracts/core/contract.ts'
import { type Answer, judgeAnswer } from '../../contracts/core/judge-answer.ts'
import type { Operation } from '../../contracts/core/operation.ts'
import { problem, problemMediaType } from '../../contracts/core/problem.ts'
import { type CodeRule, codes, type ProblemCode } from '../../contracts/core/problem-codes.ts'
import type { Fault, Head } from '../faults/fault.ts'
import { type FaultPlan, type Hits, planFaults } from '../faults/fault-plan.ts'
import { type Handler, type PlainReply, Refusal, type Reply } from './call.ts'
import { guardBody, guardHead, readBody } from './guards.ts'
import { judgedHandler } from './judged-handler.ts'
import { type Match, router } from './routes.ts'
import { writeStream } from './stream-writer.ts'

export interface FrontOptions {
  readonly contract: Contract
  /** A handler for every operation, by its name in the contract. */
  readonly handlers: Readonly<Record<string, Handler>>
  /** 0: any free port. */
  readonly port: number
  readonly token: string | undefined
  readonly allowedOrigins: readonly string[]
  readonly keepaliveMs: number
  readonly faults: readonly Fault[]
  /** Why the operation cannot be served now; `undefined`: it can. */
  readonly unavailable: (operation: Operation) => Refusal | undefined
  /** The mock broke the contract without a fault: a defect of the mock. */
  readonly onBroken: (message: string) => void
  /** A fault has done something for the first time. */
  readonly onFirstHit?: (fault: string) => void
}

export interface Front {
  readonly port: number
  readonly hits: Hits
  readonly requests: JournalEntry[]
  /** Stops listening and closes every connection. */
  close(): Promise<void>
}

/** One request as the mock saw it, for a desktop's own tests. The newest 1,000 are kept. */
export interface JournalEntry {
  readonly method: string
  readonly path: string
  readonly operation: string | undefined
  readonly body: unknown
  readonly status: number
}

/** Listens on 127.0.0.1. Rejects with the system's error where the port cannot be had. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { contract, handlers, faults, onBroken } = options
  const find = router(contract)
  const hits: Hits = new Map(faults.map(({ id }) => [id, 0]))
  const count = ({ id }: Fault) => {
    const before = hits.get(id) ?? 0
    hits.set(id, before + 1)
    if (before === 0) options.onFirstHit?.(id)
  }
  const served = new Map<Operation | undefined, { plan: FaultPlan; handler: Handler | undefined }>()
  for (const [name, operation] of [...Object.entries(contract.operations), ['', undefined] as const]) {
    const plan = planFaults(faults, operation, count)
    const handler = handlers[name]
    const judged =
      handler === undefined || operation === undefined ? undefined : judgedHandler(operation, handler, onBroken)
    served.set(operation, { plan, handler: judged === undefined ? undefined : plan.serve(judged) })
  }
  const requests: JournalEntry[] = []

  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(request, response).catch((error: unknown) => onBroken(`the mock failed: ${String(error)}`))
  })
  await listen(server, options.port)
  const { port } = server.address() as AddressInfo

  return { port, hits, requests, close: () => closeServer(server) }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request.url ?? '/')
    const match = find(request.method ?? '', path)
    const operation = match.route?.operation
    const { plan } = of(operation)
    let body: unknown
    try {
      if (answerPreflight(request, response)) return
      const route = guardHead(request, match, { ...options, port, lets: plan.lets })
      const bytes = request.method === 'GET' ? noBytes : await readBody(request)
      body = guardBody(route, bytes)
      const refusal = options.unavailable(route.operation)
      if (refusal !== undefined && !plan.lets(refusal.problem.code)) throw refusal
      await answer(request, response, match, body)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      sendProblem(response, operation, error, plan)
    } finally {
      note(request, path, operation, body, response)
    }
  }

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    match: Match,
    body: unknown,
  ): Promise<void> {
    const { route } = match
    const { plan, handler } = of(route?.operation)
    if (route === undefined || handler === undefined) throw new Refusal(problem('INTERNAL', 'the mock has no handler'))
    const { operation, parameters } = route
    const left = operation.output.kind === 'stream' ? closeSignal(response) : neverLeft
    const reply: Reply = await handler({ operation, parameters, body, headers: request.headers, left })
    if (!('stream' in reply)) return sendReply(response, reply, plan)
    if (operation.output.kind !== 'stream') throw new TypeError(`${operation.id} does not stream`)
    const head: Head = { status: 200, headers: { ...streamHeaders, ...corsHeaders(request) } }
    plan.head(head, true)
    response.writeHead(head.status, head.headers)
    await writeStream(response, reply.stream, {
      grammar: operation.output.grammar,
      keepaliveMs: options.keepaliveMs,
      faults: plan,
    })
  }

  function sendReply(response: ServerResponse, { body, headers, status }: PlainReply, plan: FaultPlan): void {
    const text = body === undefined ? '' : JSON.stringify(body)
    write(response, { status, headers: { ...contentType(status, body), ...headers } }, text, plan)
  }

  function sendProblem(
    response: ServerResponse,
    operation: Operation | undefined,
    refusal: Refusal,
    plan: FaultPlan,
  ): void {
    const { problem } = refusal
    const { code, status } = problem
    const head: Head = { status, headers: { ...contentType(status, problem), ...retryAfter(code), ...refusal.headers } }
    judge(operation, { status, headers: head.headers, body: problem }, onBroken)
    write(response, head, JSON.stringify(problem), plan)
  }

  function write(response: ServerResponse, head: Head, text: string, plan: FaultPlan): void {
    plan.head(head, false)
    if (plan.cuts(head)) {
      response.destroy()
      return
    }
    const body = plan.body(text, head)
    response.writeHead(head.status, {
      ...head.headers,
      ...corsHeaders(response.req),
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
    // What is left of a refused body is not read into memory.
    if (!response.req.complete) response.req.resume()
  }

  /** Only a listed origin may ask; the browser's question carries no token. */
  function answerPreflight({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
    const { origin } = headers
    if (method !== 'OPTIONS' || origin === undefined || !options.allowedOrigins.includes(origin)) return false
    if (headers['access-control-request-method'] === undefined) return false
    response.writeHead(204, {
      ...corsHeaders(response.req),
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': 'authorization, content-type',
    })
    response.end()
    return true
  }

  function corsHeaders({ headers }: IncomingMessage): Record<string, string> {
    const { origin } = headers
    return origin !== undefined && options.allowedOrigins.includes(origin)
      ? { 'access-control-allow-origin': origin, vary: 'Origin' }
      : noHeaders
  }

  function note(
    request: IncomingMessage,
    path: string,
    operation: Operation | undefined,
    body: unknown,
    response: ServerResponse,
  ): void {
    requests.push({ method: request.method ?? '', path, operation: operation?.id, body, status: response.statusCode })
    if (requests.length > 2_000) requests.splice(0, 1_000)
  }

  function of(operation: Operation | undefined) {
    const found = served.get(operation)
    if (found === undefined) throw new TypeError(`the contract ${contract.id} does not hold ${operation?.id}`)
    return found
  }
}

function judge(operation: Operation | undefined, answer: Answer, onBroken: (message: string) => void): void {
  const violations = judgeAnswer(operation, answer)
  if (violations.length > 0) onBroken(`${operation?.id ?? 'unknown route'}: ${JSON.stringify(violations)}`)
}

function contentType(status: number, body: unknown): Record<string, string> {
  if (body === undefined) return noHeaders
  return { 'content-type': status >= 400 ? problemMediaType : 'application/json' }
}

function retryAfter(code: ProblemCode): Record<string, string> {
  const rule: CodeRule = codes[code]
  return rule.retryAfter === true ? { 'retry-after': '1' } : noHeaders
}

const streamHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' }
const noHeaders: Record<string, string> = {}
const noBytes = Buffer.alloc(0)
const neverLeft = new AbortController().signal

function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}

function closeSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => controller.abort())
  return controller.signal
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve())
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
