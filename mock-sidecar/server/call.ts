// What a handler of the mock is given, and what it gives back.
import type { StreamEvent } from '../../contracts/core/grammar.ts'
import type { Operation } from '../../contracts/core/operation.ts'
import type { Problem } from '../../contracts/core/problem.ts'

/** One accepted request: every guard has passed, the body fits the schema. */
export interface Call {
  readonly operation: Operation
  /** The identifiers of the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>
  /** The JSON body; an empty object where it was absent. */
  readonly body: unknown
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Aborts when the client closes the connection. */
  readonly left: AbortSignal
}

/** An answer with a JSON body or none. */
export interface PlainReply {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer that streams; `stream` runs until the stream is over. */
export interface StreamReply {
  readonly status: 200
  readonly stream: (send: Send) => Promise<void>
}

export type Reply = PlainReply | StreamReply

/** Sends one event; resolves when the socket takes more. */
export type Send = (event: StreamEvent) => Promise<void> | undefined

export type Handler = (call: Call) => Reply | Promise<Reply>

/** Thrown by a guard or a handler: the request is answered with this problem. */
export class Refusal extends Error {
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>

  constructor(problem: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(`${problem.code}: ${problem.detail}`)
    this.name = 'Refusal'
    this.problem = problem
    this.headers = headers
  }
}
