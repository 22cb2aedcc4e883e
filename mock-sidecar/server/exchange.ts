// A request on its way to its answer.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Operation } from '../../contracts/core/operation.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Without the query. */
  readonly path: string
  /** `undefined`: no operation takes this path and method. */
  readonly operation: Operation | undefined
  readonly plan: FaultPlan
  /** The headers that let the page of a listed origin read the answer. */
  readonly crossOrigin: Readonly<Record<string, string>> | undefined
  /** The decoded body, once it has passed its guards. */
  body: unknown
}
