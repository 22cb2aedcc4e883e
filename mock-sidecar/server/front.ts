// The HTTP front of the mock, made from a contract: routes, guards, judged answers, streams, faults. It owns its socket.
// A request without a body whose handler answers at once, as most do, is served in one go: no promise is made for it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Contract } from '../../contracts/core/contract.ts'
import { judgeAnswer } from '../../contracts/core/judge-answer.ts'
import type { Operation } from '../../contracts/core/operation.ts'
import { problem } from '../../contracts/core/problem.ts'
import type { Fault, Head } from '../faults/fault.ts'
import { type FaultPlan, planFaults } from '../faults/fault-plan.ts'
import { problemHead, sendProblem, sendReply } from './answers.ts'
import { type Handler, Refusal, type Reply, type StreamReply } from './call.ts'
import type { HitCounter } from './count-hits.ts'
import { answerPreflight, crossOriginHeaders } from './cross-origin.ts'
import type { Exchange } from './exchange.ts'
import { guardBody, headGuard, readBody } from './guards.ts'
import { type JournalEntry, note } from './journal.ts'
import { judgedHandler } from './judged-handler.ts'
import { type Route, router } from './routes.ts'
import { giveUpSlowRequests, patienceWithRequests } from './slow-clients.ts'
import { writeStream } from './stream-writer.ts'

export type { JournalEntry } from './journal.ts'

export interface FrontOptions {
  readonly contract: Contract
  /** A handler for every operation, by its name in the contract. */
  readonly handlers: Readonly<Record<string, Handler>>
  /** 0: any free port. */
  readonly port: number
  /** Default 127.0.0.1; anything else is a fault. */
  readonly host?: string
  readonly token: string | undefined
  readonly allowedOrigins: readonly string[]
  readonly keepaliveMs: number
  /** From the first byte of a request to its last; one that takes longer is given up. */
  readonly slowRequestMs: number
  readonly faults: readonly Fault[]
  /** Why a body that fits its schema is refused all the same; `undefined`: it is not. */
  readonly guardBody?: (operation: Operation, body: unknown) => Refusal | undefined
  /** Why the operation cannot be served now; `undefined`: it can. */
  readonly unavailable: (operation: Operation) => Refusal | undefined
  /** The mock broke the contract without a fault: a defect of the mock. */
  readonly onBroken: (message: string) => void
  readonly counter: HitCounter
}

export interface Front {
  readonly port: number
  readonly requests: JournalEntry[]
  /** Stops listening and closes every connection. */
  close(): Promise<void>
}

/** Listens on 127.0.0.1. Rejects with the system's error where the port cannot be had. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { allowedOrigins, contract, onBroken } = options
  const find = router(contract)
  const services = servicesOf(options)
  const requests: JournalEntry[] = []

  const server = createServer({ keepAliveTimeout: 60_000, ...patienceWithRequests(options.slowRequestMs) }, serve)
  giveUpSlowRequests(server, options.faults, options.counter.count)
  // What a client expects beyond `100-continue` changes nothing; Node by itself would answer a bare 417.
  server.on('checkExpectation', serve)
  await listen(server, options.port, options.host ?? '127.0.0.1')
  const { port } = server.address() as AddressInfo
  const guardHead = headGuard({ ...options, port })
  return { port, requests, close: () => closeServer(server) }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request.url ?? '/')
    const match = find(request.method ?? '', path)
    const operation = match.route?.operation
    const { handler, plan } = serviceOf(operation)
    const crossOrigin = crossOriginHeaders(request, allowedOrigins)
    const exchange: Exchange = { request, response, path, operation, plan, crossOrigin, body: undefined }
    attempt(exchange, () => {
      if (answerPreflight(exchange)) {
        remember(exchange)
        return undefined
      }
      const route = guardHead(request, match, plan.lets)
      if (request.method === 'GET') return answer(exchange, route, noBytes, handler)
      readBody(request, (bytes) => attempt(exchange, () => answer(exchange, route, bytes, handler)))
      return undefined
    })
  }

  /** Takes a step towards the answer; a refusal, thrown now or later, is the answer. */
  function attempt(exchange: Exchange, step: () => Promise<void> | undefined): void {
    try {
      step()?.catch((error: unknown) => fail(exchange, error))
    } catch (error) {
      fail(exchange, error)
    }
  }

  /** `undefined`: the answer is written. */
  function answer(
    exchange: Exchange,
    route: Route,
    bytes: Buffer | undefined,
    handler: Handler | undefined,
  ): Promise<void> | undefined {
    const { plan, request, response } = exchange
    const { operation, parameters } = route
    const body = guardBody(route, bytes)
    exchange.body = body
    const misfit = options.guardBody?.(operation, body)
    if (misfit !== undefined && !plan.lets(misfit.problem.code, request)) throw misfit
    const refusal = options.unavailable(operation)
    if (refusal !== undefined && !plan.lets(refusal.problem.code, request)) throw refusal
    if (handler === undefined) throw new Refusal(problem('INTERNAL', 'the mock has no handler'))
    const left = operation.output.kind === 'stream' ? closeSignal(response) : neverLeft
    const reply = handler({ operation, parameters, body, headers: request.headers, left })
    return reply instanceof Promise ? reply.then((reply) => send(exchange, reply)) : send(exchange, reply)
  }

  function send(exchange: Exchange, reply: Reply): Promise<void> | undefined {
    if ('stream' in reply) return sendStream(exchange, reply)
    sendReply(exchange, reply)
    remember(exchange)
    return undefined
  }

  async function sendStream(exchange: Exchange, { stream }: StreamReply): Promise<void> {
    const { crossOrigin, operation, plan, request, response } = exchange
    if (operation?.output.kind !== 'stream') throw new TypeError(`${operation?.id} does not stream`)
    const head: Head = { status: 200, headers: { ...streamHeaders, ...crossOrigin } }
    plan.head(head, true, request)
    response.writeHead(head.status, head.headers)
    const { grammar } = operation.output
    await writeStream(response, stream, { grammar, keepaliveMs: options.keepaliveMs, faults: plan })
    remember(exchange)
  }

  function fail(exchange: Exchange, error: unknown): void {
    if (error instanceof Refusal) refuse(exchange, error)
    else onBroken(`the mock failed: ${String(error)}`)
    remember(exchange)
  }

  function refuse(exchange: Exchange, refusal: Refusal): void {
    const { operation } = exchange
    const head = problemHead(refusal)
    const violations = judgeAnswer(operation, { ...head, body: refusal.problem })
    if (violations.length > 0) onBroken(`${operation?.id ?? 'unknown route'}: ${JSON.stringify(violations)}`)
    sendProblem(exchange, head, refusal)
  }

  function remember({ body, operation, path, request, response }: Exchange): void {
    note(requests, { method: request.method ?? '', path, operation: operation?.id, body, status: response.statusCode })
  }

  function serviceOf(operation: Operation | undefined): Service {
    const found = services.get(operation)
    if (found === undefined) throw new TypeError(`the contract ${contract.id} does not hold ${operation?.id}`)
    return found
  }
}

interface Service {
  readonly plan: FaultPlan
  readonly handler: Handler | undefined
}

/** Who serves each operation, judged, with the faults that touch it; `undefined` stands for unknown routes. */
function servicesOf(options: FrontOptions): Map<Operation | undefined, Service> {
  const { contract, counter, faults, handlers } = options
  const { count } = counter
  // Where a fault switches a rule off, what a handler gives may break the contract: that is no defect of the mock.
  const onBroken = faults.some(({ execution }) => execution !== undefined) ? () => undefined : options.onBroken
  const services = new Map<Operation | undefined, Service>()
  services.set(undefined, { plan: planFaults(faults, undefined, count), handler: undefined })
  for (const [name, operation] of Object.entries(contract.operations)) {
    const plan = planFaults(faults, operation, count)
    const handler = handlers[name]
    services.set(operation, { plan, handler: handler && plan.serve(judgedHandler(operation, handler, onBroken)) })
  }
  return services
}

const streamHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' }
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

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve())
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
