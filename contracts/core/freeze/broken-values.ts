// Makes values that a schema must refuse, each wrong in exactly one place. For tests alone.
import type { ValidateFunction } from 'ajv'
import type { JsonSchema } from '../sample.ts'
import { ajvJudge } from './ajv-judge.ts'

export interface BrokenValue {
  /** What is wrong, and where. */
  readonly fault: string
  readonly value: unknown
}

/** Breaks a value that `root` accepts in every way the schema forbids: members missing, types, fixed values, bounds, patterns. */
export function brokenValues(root: JsonSchema, value: unknown): BrokenValue[] {
  return breakAt({ schema: root, root, path: '', value })
}

interface Spot {
  readonly schema: JsonSchema
  readonly root: JsonSchema
  readonly path: string
  readonly value: unknown
}

function breakAt(spot: Spot): BrokenValue[] {
  const schema = resolve(spot.schema, spot.root)
  const { path } = spot
  const union = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(union)) return breakUnion(spot, union)
  const wrong = [...wrongTypes(schema), ...wrongValues(schema), ...outOfBounds(schema)]
  return [
    ...wrong.map((fault) => ({ fault: `${path || '/'} is ${JSON.stringify(fault)}`, value: fault })),
    ...breakMembers({ ...spot, schema }),
    ...breakItems({ ...spot, schema }),
  ]
}

/** Breaks the alternative that the value took, where no other one takes what comes out. */
function breakUnion(spot: Spot, union: readonly JsonSchema[]): BrokenValue[] {
  const judges = judgesOf(union, spot.root)
  const taken = union[judges.findIndex((judge) => judge(spot.value))] ?? {}
  return breakAt({ ...spot, schema: taken }).filter(({ value }) => !judges.some((judge) => judge(value)))
}

const knownJudges = new WeakMap<readonly JsonSchema[], ValidateFunction[]>()

function judgesOf(union: readonly JsonSchema[], root: JsonSchema): ValidateFunction[] {
  const parts = { $defs: root['$defs'] ?? {} }
  const judges = knownJudges.get(union) ?? union.map((schema) => ajvJudge({ ...resolve(schema, root), ...parts }))
  knownJudges.set(union, judges)
  return judges
}

function breakMembers({ schema, root, path, value }: Spot): BrokenValue[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const whole = value as Record<string, unknown>
  const missing = ((schema['required'] ?? []) as string[]).map((name) => {
    const { [name]: _, ...rest } = whole
    return { fault: `${path}/${name} is missing`, value: rest }
  })
  const inside = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>).flatMap(([name, member]) =>
    name in whole
      ? breakAt({ schema: member, root, path: `${path}/${name}`, value: whole[name] }).map((broken) => ({
          ...broken,
          value: { ...whole, [name]: broken.value },
        }))
      : [],
  )
  return [...missing, ...inside]
}

function breakItems({ schema, root, path, value }: Spot): BrokenValue[] {
  if (!Array.isArray(value) || value.length === 0 || schema['items'] === undefined) return []
  const [first, ...rest] = value
  const inside = breakAt({ schema: schema['items'] as JsonSchema, root, path: `${path}/0`, value: first })
  return inside.map((broken) => ({ ...broken, value: [broken.value, ...rest] }))
}

const oneOfEachType: Readonly<Record<string, unknown>> = {
  null: null,
  boolean: true,
  number: 0.5,
  string: 'text',
  array: [],
  object: {},
}

function wrongTypes({ type }: JsonSchema): unknown[] {
  if (type === undefined) return []
  const allowed = [type].flat()
  const wrong = Object.entries(oneOfEachType).filter(([name]) => !allowed.includes(name))
  return wrong.map(([, value]) => value)
}

function wrongValues(schema: JsonSchema): unknown[] {
  return 'const' in schema || 'enum' in schema ? ['none of these', -1] : []
}

function outOfBounds({ minimum, maximum, minLength, minItems, pattern }: JsonSchema): unknown[] {
  return [
    ...(typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER ? [minimum - 1] : []),
    ...(typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER ? [maximum + 1] : []),
    ...(Number(minLength ?? 0) > 0 ? [''] : []),
    ...(Number(minItems ?? 0) > 0 ? [[]] : []),
    ...(typeof pattern === 'string'
      ? ['', 'no such\u0000thing'].filter((text) => !new RegExp(pattern).test(text))
      : []),
  ]
}

function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const ref = schema['$ref']
  if (typeof ref !== 'string') return schema
  if (ref === '#') return root
  return ((root['$defs'] ?? {}) as Record<string, JsonSchema>)[ref.replace('#/$defs/', '')] ?? {}
}
