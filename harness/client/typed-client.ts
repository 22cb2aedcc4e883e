// The typed client of a contract: one method an operation, derived from the operations.
import type { z } from 'zod'
import type { Contract } from '../../contracts/core/contract.ts'
import type { EventOf } from '../../contracts/core/grammar.ts'
import {
  fillPath,
  type JsonOutput,
  type Operation,
  type PathParameter,
  pathParameters,
  type StreamOutput,
} from '../../contracts/core/operation.ts'
import { Verdict } from '../verdict.ts'
import {
  type AnyExchange,
  type ClientOptions,
  type PlainExchange,
  type RawRequest,
  sendRequest,
} from './http-client.ts'
import type { StreamExchange } from './stream-exchange.ts'

type Arguments<Op extends Operation> = [
  ...([PathParameter<Op['path']>] extends [never]
    ? []
    : [parameters: Readonly<Record<PathParameter<Op['path']>, string>>]),
  ...([NonNullable<Op['input']>] extends [never]
    ? []
    : Record<string, never> extends z.input<NonNullable<Op['input']>>
      ? [body?: z.input<NonNullable<Op['input']>>]
      : [body: z.input<NonNullable<Op['input']>>]),
]

type Result<Op extends Operation> =
  Op['output'] extends StreamOutput<infer G>
    ? StreamExchange<EventOf<G>>
    : Op['output'] extends JsonOutput<infer S>
      ? PlainExchange<z.output<S>>
      : PlainExchange<undefined>

/** Calls by the operations' names in the contract. Each throws a Verdict where the answer is not the usual one. */
export type TypedClient<C extends Contract> = {
  readonly [Name in keyof C['operations']]: (
    ...args: Arguments<C['operations'][Name]>
  ) => Promise<Result<C['operations'][Name]>>
} & {
  /** Sends anything and reads the answer whole; any status is fine. */
  send(request: RawRequest): Promise<PlainExchange>
  /** Calls an operation by name and takes whatever answer comes, also a problem. */
  ask<Name extends keyof C['operations'] & string>(
    name: Name,
    ...args: Arguments<C['operations'][Name]>
  ): Promise<PlainExchange>
}

/** A client of `contract` at `options.baseUrl`. */
export function typedClient<C extends Contract>(options: ClientOptions & { readonly contract: C }): TypedClient<C> {
  const { operations } = options.contract
  const calls = Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      async (...args: unknown[]) => usual(await sendRequest(requestOf(operation, args), options), operation),
    ]),
  )
  const send = async (request: RawRequest) => whole(await sendRequest(request, options))
  const ask = async (name: string, ...args: unknown[]) => {
    const operation = operations[name]
    if (operation === undefined) throw new TypeError(`${options.contract.id} has no operation ${name}`)
    return send(requestOf(operation, args))
  }
  return { ...calls, send, ask } as unknown as TypedClient<C>
}

function requestOf(operation: Operation, args: readonly unknown[]): RawRequest {
  const rest = [...args]
  const parameters = pathParameters(operation.path).length === 0 ? {} : (rest.shift() as Record<string, string>)
  const body = rest.shift()
  const path = fillPath(operation.path, parameters)
  return { method: operation.method, path, operation, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
}

function usual(result: AnyExchange, operation: Operation): PlainExchange | StreamExchange {
  if (result.kind === 'stream') return result.stream
  const { answer } = result
  const { exchange, status, text } = answer
  const { kind, statuses } = operation.output
  // Another 2xx than the declared one is noted by the judge, under the check that speaks for it; here the work goes on.
  const isUsual = kind !== 'stream' && status >= 200 && status < 300
  if (isUsual && (kind === 'empty' || isObject(answer.body))) return answer
  const body = kind === 'json' ? ' with a JSON object' : ''
  throw new Verdict({
    expected: `${statuses.join(' or ')}${body} from ${operation.method} ${operation.path}`,
    received: `${status} ${text === '' ? 'with an empty body' : text.slice(0, 200)}`,
    at: `exchange ${exchange.number}`,
  })
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A stream where a whole answer was asked for is left at once. */
function whole(result: AnyExchange): PlainExchange {
  if (result.kind === 'plain') return result.answer
  const { exchange } = result.stream
  result.stream.leave()
  const { responseHeaders: headers = {}, status = 0 } = exchange
  return { status, headers, body: undefined, text: '', tookMs: 0, exchange }
}
