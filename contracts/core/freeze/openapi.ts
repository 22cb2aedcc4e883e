// The OpenAPI 3.1 description of a contract's HTTP operations.
import type { Contract } from '../contract.ts'
import { type Operation, pathParameters, servedWhere } from '../operation.ts'
import { identifier } from '../primitives.ts'
import type { JsonSchema } from '../sample.ts'
import { contractSchemas, inputName } from './contract-schemas.ts'
import { openApiAnswers, openApiProblems } from './openapi-answers.ts'
import { openApiSchemas, schemaLink } from './openapi-schemas.ts'
import { schemaFile } from './schema-file.ts'

/** Describes `contract`; `undefined` where it has no HTTP operations. */
export function openApi(contract: Contract): JsonSchema | undefined {
  const operations = Object.values(contract.operations)
  if (operations.length === 0) return undefined
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of operations) {
    paths[operation.path] ??= pathItem(operation.path)
    Object.assign(paths[operation.path] ?? {}, { [operation.method.toLowerCase()]: describe(operation) })
  }
  const responses = openApiProblems(operations)
  const schemas = openApiSchemas(contractSchemas(contract), [paths, responses])
  const components = { securitySchemes, responses, schemas }
  return { openapi: '3.1.1', info: info(contract), servers, security: [{ bearer: [] }], paths, components }
}

function info({ id, says }: Contract) {
  return { title: id, version: id.split('/')[1] ?? id, description: says }
}

const servers = [
  {
    url: 'http://127.0.0.1:{port}',
    description: 'The ready line says the port.',
    variables: { port: { default: '8080' } },
  },
]

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'The value of SIDECAR_TOKEN.' },
}

function pathItem(path: string) {
  const { $schema: _, $id: __, ...schema } = schemaFile('', '', identifier)
  const parameters = pathParameters(path).map((name) => ({ name, in: 'path', required: true, schema }))
  return parameters.length === 0 ? {} : { parameters }
}

function describe(operation: Operation) {
  const body = inputName(operation)
  const where = servedWhere(operation)
  return {
    operationId: operation.id,
    summary: operation.says,
    ...(where === undefined ? {} : { description: where }),
    ...(operation.open ? { security: [] } : {}),
    ...(body === undefined ? {} : { requestBody: requestBody(operation, body) }),
    responses: openApiAnswers(operation),
  }
}

function requestBody(operation: Operation, name: string) {
  return { required: bodyRequired(operation), content: { 'application/json': { schema: schemaLink(name) } } }
}

/** Whether the body must be there: a body whose members are all optional may be absent. */
export function bodyRequired({ input }: Operation): boolean {
  return input !== undefined && !input.safeParse({}).success
}
