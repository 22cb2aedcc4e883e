// Requests made from the operations themselves: one that each accepts, and the ways to spoil it. A new operation gets the same treatment by being declared.

import { fillPath, isServed, type Operation, pathParameters } from '../../contracts/core/operation.ts'
import { jsonSchemaOf } from '../../contracts/core/sample.ts'
import { sessionContract } from '../../contracts/session/contract.ts'
import { finish, say } from '../../harness/model/script.ts'
import type { SessionContext } from './context.ts'
import { idsOf, runToEnd } from './runs.ts'
import { openSession, sendScripted } from './turns.ts'

export interface GoodRequest {
  readonly operation: Operation
  /** Every identifier names something that is there. */
  readonly parameters: Readonly<Record<string, string>>
  /** The path with the identifiers put in. */
  readonly path: string
  /** A body that the schema accepts; absent where the operation takes none. */
  readonly body?: Readonly<Record<string, unknown>>
}

/** All operations that the sidecar serves, but `/shutdown`, which would end the sidecar that other checks use. */
export function usableOperations({ capabilities }: Pick<SessionContext, 'capabilities'>): readonly Operation[] {
  const operations: readonly Operation[] = Object.values(sessionContract.operations)
  return operations.filter((operation) => operation.path !== '/shutdown' && isServed(operation, capabilities))
}

/** Makes a request that `operation` accepts, with a session, and a turn or a run, of its own. (A kernel is looked for only once all else is right.) */
export async function goodRequest(context: SessionContext, operation: Operation): Promise<GoodRequest> {
  const parameters = await makeResources(context, pathParameters(operation.path))
  const path = fillPath(operation.path, parameters)
  const body = operation.input === undefined ? undefined : requiredBody(operation)
  return { operation, parameters, path, ...(body === undefined ? {} : { body }) }
}

/** The JSON Schema of an operation's body: its members and which of them are required. */
export function bodySchema({ input }: Operation): ObjectSchema {
  if (input === undefined) return {}
  const { $defs = {}, $ref = '', ...whole } = jsonSchemaOf(input) as RootSchema
  return $defs[$ref.replace('#/$defs/', '')] ?? whole
}

interface RootSchema extends ObjectSchema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, ObjectSchema>>
}

export interface ObjectSchema {
  readonly properties?: Readonly<Record<string, MemberSchema>>
  readonly required?: readonly string[]
}

interface MemberSchema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
}

/** The smallest body that has what is required. */
export function requiredBody(operation: Operation): Record<string, unknown> {
  const { properties = {}, required = [] } = bodySchema(operation)
  return Object.fromEntries(required.map((member) => [member, exampleOf(properties[member] ?? {})]))
}

function exampleOf({ const: only, enum: values, type }: MemberSchema): unknown {
  if (only !== undefined || values !== undefined) return only ?? values?.[0]
  if (type === 'string') return 'example'
  if (type === 'integer' || type === 'number') return 1
  if (type === 'boolean') return true
  return type === 'array' ? [] : {}
}

async function makeResources(context: SessionContext, names: readonly string[]): Promise<Record<string, string>> {
  if (names.length === 0) return {}
  const sessionId = await openSession(context)
  const parameters: Record<string, string> = { session_id: sessionId }
  if (names.includes('turn_id')) {
    const { turn } = await sendScripted(context, [say('Done.'), finish()], { sessionId })
    parameters['turn_id'] = String((await turn.next('start'))['turn_id'])
    await turn.ended()
  }
  if (names.includes('run_id')) parameters['run_id'] = await finishedRun(context, sessionId)
  return Object.fromEntries(names.map((name) => [name, parameters[name] ?? 'unknown']))
}

/** Runs a program to its end; resolves with the id of the run. */
async function finishedRun(context: SessionContext, sessionId: string): Promise<string> {
  const { run } = await runToEnd(context, 'prints-forty-two', { sessionId })
  return (await idsOf(run)).run_id
}
