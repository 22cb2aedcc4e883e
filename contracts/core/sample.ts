// Makes values that a schema accepts, for tests, for generated streams and for fuzzing. Works on the exported JSON Schema,
// so that a sample shows what the frozen schema says rather than what zod happens to do.
import { z } from 'zod'
import { between, pick, type Random } from './random.ts'

/** The JSON Schema 2020-12 of a zod schema, as the freeze writes it: open objects, named parts under `$defs`. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input', unrepresentable: 'throw' }) as JsonSchema
}

export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/** A value that `schema` accepts. Throws a TypeError for a `pattern` without `examples`. */
export function sample(schema: z.ZodType, random: Random): unknown {
  const root = exported.get(schema) ?? jsonSchemaOf(schema)
  exported.set(schema, root)
  return sampleOf(root, root, random)
}

/** What was exported once: a stream samples the same few schemas again and again. */
const exported = new WeakMap<z.ZodType, JsonSchema>()

function sampleOf(schema: JsonSchema, root: JsonSchema, random: Random): unknown {
  const list = (keyword: string) => schema[keyword] as JsonSchema[] | undefined
  if (typeof schema['$ref'] === 'string') return sampleOf(resolve(schema['$ref'], root), root, random)
  if (schema['const'] !== undefined) return schema['const']
  if (Array.isArray(schema['examples'])) return pick(random, schema['examples'])
  if (Array.isArray(schema['enum'])) return pick(random, schema['enum'])
  const oneOf = list('anyOf') ?? list('oneOf')
  if (oneOf !== undefined) return sampleOf(pick(random, oneOf), root, random)
  const allOf = list('allOf')
  if (allOf !== undefined) return Object.assign({}, ...allOf.map((part) => sampleOf(part, root, random)))
  if (Array.isArray(schema['type'])) return sampleOf({ ...schema, type: pick(random, schema['type']) }, root, random)
  const make = makers[String(schema['type'])]
  return make === undefined ? sampleAnything(random) : make(schema, root, random)
}

const makers: Readonly<Record<string, (schema: JsonSchema, root: JsonSchema, random: Random) => unknown>> = {
  null: () => null,
  boolean: (_schema, _root, random) => random() < 0.5,
  integer: (schema, _root, random) => between(random, low(schema), Math.min(high(schema), low(schema) + 1000)),
  number: (schema, _root, random) =>
    low(schema) + Math.round(random() * Math.min(high(schema) - low(schema), 1000) * 8) / 8,
  string: sampleString,
  array: (schema, root, random) => {
    const least = Number(schema['minItems'] ?? 0)
    const length = between(random, least, Math.min(Number(schema['maxItems'] ?? least + 3), least + 3))
    return Array.from({ length }, () => sampleOf((schema['items'] ?? {}) as JsonSchema, root, random))
  },
  object: (schema, root, random) => {
    const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>)
    const required = new Set((schema['required'] ?? []) as string[])
    const chosen = properties.filter(([name]) => required.has(name) || random() < 0.5)
    return Object.fromEntries(chosen.map(([name, member]) => [name, sampleOf(member, root, random)]))
  },
}

const words = ['a', 'Zürich', 'two words', 'line\nbreak', 'tab\t', '漢字', '😀', '\u2028', '"quoted"', '{}', '0']

function sampleString(schema: JsonSchema, _root: JsonSchema, random: Random): string {
  if (typeof schema['pattern'] === 'string') throw new TypeError(`a pattern needs examples: ${schema['pattern']}`)
  const least = Number(schema['minLength'] ?? 0)
  let text = random() < 0.2 ? '' : pick(random, words)
  while ([...text].length < least) text += pick(random, words)
  return text
}

function sampleAnything(random: Random): unknown {
  return pick(random, [null, true, 0, -1.5, '', 'text', [], {}, [1, 'two', null], { nested: { deep: [] } }])
}

function low(schema: JsonSchema): number {
  return Math.max(Number(schema['minimum'] ?? 0), Number.MIN_SAFE_INTEGER)
}

function high(schema: JsonSchema): number {
  return Number(schema['maximum'] ?? low(schema) + 1000)
}

function resolve(ref: string, root: JsonSchema): JsonSchema {
  if (ref === '#') return root
  const found = ref
    .slice(2)
    .split('/')
    .reduce<unknown>((node, part) => (node as JsonSchema | undefined)?.[part], root)
  if (found === undefined) throw new TypeError(`the schema has no ${ref}`)
  return found as JsonSchema
}
