// A contract: everything that one kind of sidecar promises, as one value. All else is derived from it.
import type { z } from 'zod'
import { isServed, type Operation } from './operation.ts'
import type { ProblemCode } from './problem-codes.ts'

export interface Contract<
  Operations extends Readonly<Record<string, Operation>> = Readonly<Record<string, Operation>>,
> {
  /** Name and major version, as in the ready line: `session/1`. */
  readonly id: string
  readonly says: string
  readonly operations: Operations
  /**
   * What the ready line and `GET /api/contract` declare; what is declared must be true.
   * Absent: no process serves this contract, it only describes documents.
   */
  readonly capabilities?: z.ZodType
  /** The contract's upper bounds in milliseconds, by name. Default: none. */
  readonly bounds?: Readonly<Record<string, number>>
  /** Schemas that travel outside the operations, by name, such as the ready line. Frozen with the rest. */
  readonly documents: Readonly<Record<string, z.ZodType>>
}

/** Declares a contract. Throws a TypeError where two operations share an id or a route. */
export function contract<const C extends Contract>(value: C): C {
  const seen = new Set<string>()
  for (const { id, method, path } of Object.values(value.operations)) {
    for (const name of [id, `${method} ${path}`]) {
      if (seen.has(name)) throw new TypeError(`contract ${value.id}: ${name} stands twice`)
      seen.add(name)
    }
  }
  return value
}

/** The contract as a sidecar with these capabilities serves it: without the operations that need one it does not declare. */
export function servedContract(contract: Contract, capabilities: Readonly<Record<string, unknown>>): Contract {
  const served = Object.entries(contract.operations).filter(([, operation]) => isServed(operation, capabilities))
  return { ...contract, operations: Object.fromEntries(served) }
}

/** Codes that any guarded route may answer, whatever it does. They are decided before the operation sees the request. */
export const guardCodes = [
  'MISDIRECTED_HOST',
  'FORBIDDEN_ORIGIN',
  'UNAUTHENTICATED',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'UNSUPPORTED_MEDIA_TYPE',
  'PAYLOAD_TOO_LARGE',
  'PARSE_ERROR',
  'VALIDATION_FAILED',
  'SHUTTING_DOWN',
  'NOT_READY',
  'INTERNAL',
] as const satisfies readonly ProblemCode[]

/** Every code with which `operation` may answer; without one (an unknown route), those of any guarded route. */
export function answerCodes(operation: Operation | undefined): readonly ProblemCode[] {
  const guards = operation?.open ? guardCodes.filter((code) => code !== 'UNAUTHENTICATED') : guardCodes
  return [...new Set([...(operation?.errors ?? []), ...guards])]
}

/** The order in which a request with several faults is answered: the first that applies. */
export const precedence = [
  ['MISDIRECTED_HOST'],
  ['FORBIDDEN_ORIGIN'],
  ['UNAUTHENTICATED'],
  ['NOT_FOUND'],
  ['METHOD_NOT_ALLOWED'],
  ['UNSUPPORTED_MEDIA_TYPE'],
  ['PAYLOAD_TOO_LARGE'],
  ['PARSE_ERROR'],
  ['VALIDATION_FAILED'],
  ['SHUTTING_DOWN', 'NOT_READY'],
  [
    'SESSION_NOT_FOUND',
    'TURN_NOT_FOUND',
    'RUN_NOT_FOUND',
    'KERNEL_NOT_FOUND',
    'EXPERT_NOT_FOUND',
    'TASK_NOT_FOUND',
    'REQUEST_NOT_FOUND',
    'SESSION_ENDED',
  ],
  ['TOOL_NOT_ALLOWED'],
  ['DUPLICATE_REQUEST', 'IDEMPOTENCY_MISMATCH'],
  ['TURN_IN_PROGRESS', 'KERNEL_BUSY', 'NOT_COMPLETED'],
  ['LIMIT_EXCEEDED'],
] as const satisfies readonly (readonly ProblemCode[])[]

/** Bodies up to here are accepted by every sidecar. */
export const acceptedBodyBytes = 4 * 1024 * 1024

/** Bodies above this are refused by every sidecar with PAYLOAD_TOO_LARGE. */
export const refusedBodyBytes = 16 * 1024 * 1024
