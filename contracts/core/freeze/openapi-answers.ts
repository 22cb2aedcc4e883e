// What an operation may answer, as OpenAPI `responses`: its successes, and a problem for every status that its codes have.
import { STATUS_CODES } from 'node:http'
import { answerCodes } from '../contract.ts'
import { documentGrammar, type Grammar } from '../grammar.ts'
import type { Operation } from '../operation.ts'
import { problemMediaType } from '../problem.ts'
import { type CodeRule, codes, type ProblemCode, problemType } from '../problem-codes.ts'
import { outputName } from './contract-schemas.ts'
import { schemaLink } from './openapi-schemas.ts'

/** The `responses` of an operation; its problems are references to what `openApiProblems` gives. */
export function openApiAnswers(operation: Operation): Record<string, unknown> {
  const successes = operation.output.statuses.map((status) => [status, success(operation, status)])
  const problems = problemGroups(operation).map(([status, found]) => [status, { $ref: link(found) }])
  return Object.fromEntries([...successes, ...problems, ['default', { $ref: link(['default']) }]])
}

/** The problem answers of all operations, as OpenAPI `components.responses`: named by the codes that they may carry. */
export function openApiProblems(operations: readonly Operation[]): Record<string, unknown> {
  const groups = operations.flatMap(problemGroups)
  const named = groups.map(([status, found]) => [nameOf(found), problem(status, found)])
  return Object.fromEntries([...named, ['default', anyProblem]])
}

function success(operation: Operation, status: number) {
  const description = STATUS_CODES[status] ?? String(status)
  const { output } = operation
  if (output.kind === 'stream') return { description, headers: streamHeaders, content: streamContent(output.grammar) }
  const name = outputName(operation)
  return name === undefined
    ? { description }
    : { description, content: { 'application/json': { schema: schemaLink(name) } } }
}

const streamHeaders = {
  'Cache-Control': { required: true, schema: { type: 'string', pattern: 'no-(store|cache)' } },
}

/** OpenAPI 3.1 has no word for streams of events: as tools read it, the schema is that of each event. Order stands beside it. */
function streamContent(grammar: Grammar) {
  const data = { type: 'string', contentMediaType: 'application/json', contentSchema: schemaLink(grammar.name) }
  const properties = { event: { type: 'string' }, id: { type: 'string', minLength: 1 }, data }
  const required = grammar.envelope.wireId === undefined ? ['event', 'data'] : ['event', 'id', 'data']
  return {
    'text/event-stream': {
      schema: { description: 'One server-sent event (WHATWG).', type: 'object', properties, required },
      'x-sidecar-grammar': documentGrammar(grammar).split('\n'),
    },
  }
}

/** The codes that an operation's HTTP answers may carry, sorted, by their status. */
function problemGroups(operation: Operation): [status: number, found: ProblemCode[]][] {
  const inAnswers = answerCodes(operation).filter((code) => !rule(code).streamsOnly)
  return [...Map.groupBy(inAnswers.toSorted(), (code) => rule(code).status)]
}

function link(found: readonly string[]): string {
  return `#/components/responses/${nameOf(found)}`
}

function nameOf(found: readonly string[]): string {
  return found.join('.')
}

function problem(status: number, found: readonly ProblemCode[]) {
  const headers = headersFor(status, found)
  return {
    description: found.map((code) => `\`${code}\`: ${rule(code).title}.`).join(' '),
    ...(headers === undefined ? {} : { headers }),
    content: { [problemMediaType]: { schema: { allOf: [schemaLink('Problem'), narrowed(found)] } } },
  }
}

/** What is known of the problem's members once its codes are. */
function narrowed(found: readonly ProblemCode[]) {
  const retryable = [...new Set(found.map((code) => rule(code).retryable))]
  const properties = {
    status: { const: rule(found[0] ?? 'INTERNAL').status },
    code: { enum: found },
    type: { enum: found.map(problemType) },
    ...(retryable.length === 1 && retryable[0] !== null ? { retryable: { const: retryable[0] } } : {}),
  }
  return { type: 'object', properties }
}

function headersFor(status: number, found: readonly ProblemCode[]) {
  if (status === 405) return { Allow: { required: true, schema: { type: 'string', minLength: 1 } } }
  if (!found.some((code) => rule(code).retryAfter)) return undefined
  return { 'Retry-After': { required: true, description: 'Seconds.', schema: { type: 'integer', minimum: 0 } } }
}

const anyProblem = {
  description: 'Any other problem of the registry.',
  content: { [problemMediaType]: { schema: schemaLink('Problem') } },
}

function rule(code: ProblemCode): CodeRule {
  return codes[code]
}
