import { describe, expect, it } from 'vitest'
import { sessionContract } from '../../session/contract.ts'
import { answerCodes, contract } from '../contract.ts'
import { type Operation, pathParameters } from '../operation.ts'
import { problem, problemMediaType } from '../problem.ts'
import { codeRule } from '../problem-codes.ts'
import type { JsonSchema } from '../sample.ts'
import { ajvJudge } from './ajv-judge.ts'
import { openApi } from './openapi.ts'

interface Answer {
  readonly headers?: Readonly<Record<string, { readonly required: boolean }>>
  readonly content?: Readonly<
    Record<string, { readonly schema: JsonSchema; readonly [extension: `x-${string}`]: unknown }>
  >
}

interface Described {
  readonly operationId: string
  readonly description?: string
  readonly security?: readonly unknown[]
  readonly requestBody?: { readonly required: boolean }
  readonly responses: Readonly<Record<string, Answer & { readonly $ref: string }>>
}

interface Description {
  readonly security: readonly unknown[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const document = openApi(sessionContract) as unknown as Description
const operations: readonly Operation[] = Object.values(sessionContract.operations)

function described(path: string, method: string): Described {
  return document.paths[path]?.[method.toLowerCase()] as Described
}

/** The object that `ref` points to. Fails where nothing stands there. */
function resolve(ref: string): unknown {
  const found = ref
    .slice(2)
    .split('/')
    .reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], document)
  expect(found, ref).toBeDefined()
  return found
}

/** The schema at a place of the document, as one that ajv can compile alone. */
function judgeOf(schema: JsonSchema | undefined) {
  const text = JSON.stringify({ ...schema, $defs: document.components['schemas'] })
  return ajvJudge(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')))
}

it('has every operation at its path and method, by its id', () => {
  for (const { id, says, path, method } of operations)
    expect(described(path, method)).toMatchObject({ operationId: id, summary: says })
  const methods = Object.values(document.paths).flatMap((item) =>
    Object.keys(item).filter((key) => key !== 'parameters'),
  )
  expect(methods).toHaveLength(operations.length)
})

it('declares the parameters of every path, as identifiers', () => {
  for (const { path } of operations) {
    const declared = (document.paths[path]?.['parameters'] ?? []) as {
      name: string
      required: true
      schema: JsonSchema
    }[]
    expect(declared.map(({ name }) => name)).toEqual(pathParameters(path))
    for (const { schema, required } of declared) {
      expect(required).toBe(true)
      expect(['a.b:c-d_e', 'a/b', '', 'x'.repeat(129)].map((text) => judgeOf(schema)(text))).toEqual([
        true,
        false,
        false,
        false,
      ])
    }
  }
})

it('has no dangling reference and no part that nobody uses', () => {
  const refs = JSON.stringify(document).match(/"#\/components\/[^"]+"/g) ?? []
  const used = new Set(refs.map((ref) => JSON.parse(ref) as string))
  used.forEach(resolve)
  for (const kind of ['schemas', 'responses'])
    for (const name of Object.keys(document.components[kind] ?? {}))
      expect(used).toContain(`#/components/${kind}/${name}`)
})

it('needs the token everywhere but at /health', () => {
  expect(document.security).toEqual([{ bearer: [] }])
  const open = operations.filter(({ path, method }) => described(path, method).security !== undefined)
  expect(open.map(({ id }) => id)).toEqual(['session.health'])
  expect(described('/health', 'GET').security).toEqual([])
})

it('says with which capability an operation is served', () => {
  for (const { capability, method, path } of operations) {
    const expected = capability === undefined ? undefined : `Served where \`${capability}\` is declared.`
    expect(described(path, method).description, path).toBe(expected)
  }
  expect(described('/api/session/{session_id}/runs/stream', 'POST').description).toContain('`runs`')
})

it('requires a body only where a member is required', () => {
  expect(described('/api/session/new', 'POST').requestBody?.required).toBe(false)
  expect(described('/api/session/{session_id}/message/stream', 'POST').requestBody?.required).toBe(true)
  expect(described('/shutdown', 'POST').requestBody).toBeUndefined()
})

it('describes each event of a stream, and their order beside it', () => {
  const answer = described('/api/session/{session_id}/message/stream', 'POST').responses['200']
  const content = answer?.content?.['text/event-stream']
  const data = { contentMediaType: 'application/json', contentSchema: { $ref: '#/components/schemas/turn' } }
  expect(content?.schema).toMatchObject({ type: 'object', required: ['event', 'id', 'data'], properties: { data } })
  expect(content?.['x-sidecar-grammar']).toContain('turn = start body (complete / error) EOF')
  expect(resolve('#/components/schemas/turn')).toMatchObject({ anyOf: expect.objectContaining({ length: 8 }) })
  expect(answer?.headers?.['Cache-Control']?.required).toBe(true)
})

describe.each(operations.map((operation) => ({ id: operation.id, operation })))('$id', ({ operation }) => {
  const { responses } = described(operation.path, operation.method)
  const answers = answerCodes(operation)

  it('answers its successes, the statuses of its codes, and nothing else but the default', () => {
    const statuses = answers.map((code) => codeRule(code)?.status)
    expect(Object.keys(responses).sort()).toEqual(
      [...new Set([...operation.output.statuses, ...statuses, 'default'].map(String))].sort(),
    )
  })

  it('takes the problem of each code at its own status, and no other problem there', () => {
    for (const code of answers) {
      const { content, headers } = resolve(responses[String(codeRule(code)?.status)]?.$ref ?? '') as Answer
      const judge = judgeOf(content?.[problemMediaType]?.schema)
      const right = problem(code, 'detail')
      expect(judge(right), code).toBe(true)
      expect(judge({ ...right, status: 418 }), code).toBe(false)
      expect(judge({ ...right, code: 'UNKNOWN_COMMAND' }), code).toBe(false)
      expect(judge({ ...right, type: 'urn:sidecar:error:unknown-command' }), code).toBe(false)
      expect(headers?.['Retry-After']?.required, code).toBe(codeRule(code)?.retryAfter)
      expect(headers?.['Allow']?.required, code).toBe(code === 'METHOD_NOT_ALLOWED' ? true : undefined)
    }
  })
})

it('leaves out the codes that stand only in streams, and sorts the others under their status', () => {
  const errors = ['CANCELLED', 'SLOW_CONSUMER', 'TURN_NOT_FOUND', 'KERNEL_BUSY', 'TURN_IN_PROGRESS'] as const
  const { shutdown } = sessionContract.operations
  const small = openApi(contract({ ...sessionContract, operations: { shutdown: { ...shutdown, errors } } }))
  const described = (small as unknown as Description).paths['/shutdown']?.['post'] as Described | undefined
  const statuses = Object.keys(described?.responses ?? {})
  expect(statuses).toContain('409')
  expect(statuses.filter((status) => ['499', '408'].includes(status))).toEqual([])
  expect(described?.responses['409']?.$ref).toBe('#/components/responses/KERNEL_BUSY.TURN_IN_PROGRESS')
  expect(described?.responses['404']?.$ref).toBe('#/components/responses/NOT_FOUND.TURN_NOT_FOUND')
})
