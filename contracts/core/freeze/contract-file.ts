// What JSON Schema cannot say of a contract, as one JSON file: operations, stream grammars, error codes, launch, bounds.
import { acceptedBodyBytes, type Contract, guardCodes, precedence, refusedBodyBytes } from '../contract.ts'
import type { ExpressionShape } from '../expression-shape.ts'
import { documentGrammar, type Ending, type Grammar } from '../grammar.ts'
import {
  exitCodes,
  inheritedVariables,
  launchArguments,
  launchVariables,
  neverRestart,
  pythonVariables,
  readyLineMaxBytes,
} from '../launch.ts'
import type { Method, Operation } from '../operation.ts'
import { codes, problemType } from '../problem-codes.ts'
import { documentsOf, eventName, grammarsOf, inputName, outputName } from './contract-schemas.ts'
import { bodyRequired } from './openapi.ts'

/** `sent`: written by the sidecar. `received`: read by it. `both`: a document that either side writes and reads. */
export type Direction = 'sent' | 'received' | 'both'

/** Schemas are named by their file in the folder `schemas`, without `.json`. */
export interface ContractFile {
  readonly contract: string
  readonly says: string
  readonly operations: Readonly<Record<string, OperationEntry>>
  readonly streams: Readonly<Record<string, StreamEntry>>
  readonly documents: Readonly<Record<string, { readonly schema: string; readonly direction: Direction }>>
  readonly bounds: Readonly<Record<string, number>>
  /** Absent where no process serves the contract. */
  readonly process?: ReturnType<typeof processEntry>
  /** Absent where there are no operations. */
  readonly errors?: ReturnType<typeof errorsEntry>
}

export interface OperationEntry {
  readonly says: string
  readonly method: Method
  readonly path: string
  /** Served without a token. */
  readonly open: boolean
  /** The capability of the sidecars that serve it. Absent: all do. */
  readonly capability?: string
  readonly input?: { readonly schema: string; readonly required: boolean }
  readonly output: {
    readonly kind: 'json' | 'empty' | 'stream'
    readonly statuses: readonly number[]
    readonly schema?: string
    readonly stream?: string
  }
  /** The codes it may answer beyond those of every guarded route. */
  readonly errors: readonly string[]
}

export interface StreamEntry {
  readonly notation: readonly string[]
  /** The schema of each event type. */
  readonly events: Readonly<Record<string, string>>
  /** The schema of any of them. */
  readonly event: string
  readonly opens?: string
  readonly body: ExpressionShape
  readonly ends: Readonly<Record<string, Ending>>
  readonly laws: Readonly<Record<string, string>>
  /** The member that counts the events from 1. */
  readonly sequence?: string
  /** Members with one value on all events of a stream. */
  readonly constant: readonly string[]
  /** The SSE `id:` line; members stand in braces. */
  readonly wireId?: string
}

export function contractFile(contract: Contract): ContractFile {
  const operations = Object.values(contract.operations)
  return {
    contract: contract.id,
    says: contract.says,
    operations: Object.fromEntries(operations.map((operation) => [operation.id, operationEntry(operation)])),
    streams: Object.fromEntries(grammarsOf(contract).map((grammar) => [grammar.name, streamEntry(grammar)])),
    documents: documentEntries(contract),
    bounds: contract.bounds ?? {},
    ...(contract.capabilities === undefined ? {} : { process: processEntry(contract) }),
    ...(operations.length === 0 ? {} : { errors: errorsEntry() }),
  }
}

function operationEntry(operation: Operation): OperationEntry {
  const { says, method, path, open = false, capability, output, errors } = operation
  const input = inputName(operation)
  const schema = outputName(operation)
  return {
    says,
    method,
    path,
    open,
    ...(capability === undefined ? {} : { capability }),
    ...(input === undefined ? {} : { input: { schema: input, required: bodyRequired(operation) } }),
    output: {
      kind: output.kind,
      statuses: output.statuses,
      ...(schema === undefined ? {} : { schema }),
      ...(output.kind === 'stream' ? { stream: output.grammar.name } : {}),
    },
    errors: errors.toSorted(),
  }
}

function streamEntry(grammar: Grammar): StreamEntry {
  const { name, envelope, events, opens, body, ends, laws } = grammar
  const wireId = envelope.wireId?.(symbolic(envelope.members))
  return {
    notation: documentGrammar(grammar).split('\n'),
    events: Object.fromEntries(Object.keys(events).map((type) => [type, eventName(grammar, type)])),
    event: name,
    ...(opens === undefined ? {} : { opens }),
    body: body.shape(),
    ends,
    laws: Object.fromEntries(laws.map(({ id, says }) => [id, says])),
    ...(envelope.sequence === undefined ? {} : { sequence: envelope.sequence }),
    constant: envelope.constant,
    ...(wireId === undefined ? {} : { wireId }),
  }
}

/** An event whose members are their own names in braces, so that a function of events shows how it puts them together. */
function symbolic(members: Readonly<Record<string, unknown>>) {
  return { type: '{type}', ...Object.fromEntries(Object.keys(members).map((name) => [name, `{${name}}`])) }
}

/** A process writes its documents; a contract without one describes documents that outlive whoever wrote them. */
function documentEntries(contract: Contract): ContractFile['documents'] {
  const direction: Direction = contract.capabilities === undefined ? 'both' : 'sent'
  return Object.fromEntries(Object.keys(documentsOf(contract)).map((name) => [name, { schema: name, direction }]))
}

function processEntry({ id }: Contract) {
  const model = { baseUrl: '', apiKey: '', name: '' }
  const every = { token: '', nonce: '', parentPid: 0, allowedOrigins: ['*'], model, ollamaUrl: '' }
  return {
    arguments: launchArguments({ contract: id, port: 0, dataDir: '{data_dir}', contentDir: '{content_dir}' }),
    variables: [...Object.keys(launchVariables(every)), ...Object.keys(pythonVariables)].sort(),
    inheritedVariables: inheritedVariables.toSorted(),
    readyLineMaxBytes,
    exitCodes: exitCodes as Readonly<Record<string, string>>,
    neverRestart,
  }
}

function errorsEntry() {
  const rules = Object.entries(codes).map(([code, rule]) => [code, { type: problemType(code), ...rule }])
  return {
    codes: Object.fromEntries(rules) as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
    guards: guardCodes.toSorted() as readonly string[],
    precedence: precedence as readonly (readonly string[])[],
    acceptedBodyBytes,
    refusedBodyBytes,
  }
}
