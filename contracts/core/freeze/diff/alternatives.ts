// Reads a schema as the list of alternatives that it allows, each plain: no reference, no union, one type at most.
import type { JsonSchema } from '../../sample.ts'
import { sameJson } from '../canonical-json.ts'
import { asSchema } from './place.ts'

/** The alternatives of `schema`; references are looked up in `root`. Fixed values of one type are one alternative, an `enum`. */
export function alternatives(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  return joinValues(expand(schema, root).map(withEnum))
}

/** The keywords that say nothing about values. */
export const words: readonly string[] = ['title', 'description', 'examples', 'deprecated', '$comment']

function expand(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const { $ref: ref, anyOf, oneOf, type, ...rest } = schema
  const others = type === undefined ? rest : { ...rest, type }
  if (typeof ref === 'string') return expand(both(lookUp(ref, root), { ...others, ...present({ anyOf, oneOf }) }), root)
  const union = anyOf ?? oneOf
  if (Array.isArray(union)) {
    const shared = { ...withoutWords(others), ...(anyOf === undefined ? {} : present({ oneOf })) }
    return union.flatMap((branch) => expand(both(asSchema(branch), shared), root))
  }
  return Array.isArray(type) ? type.map((one) => ({ ...rest, type: one })) : [schema]
}

/** What satisfies both schemas; where they say different things about one keyword, the second is kept whole under `allOf`. */
function both(first: JsonSchema, second: JsonSchema): JsonSchema {
  const clash = Object.keys(second).some(
    (keyword) => !words.includes(keyword) && keyword in first && !sameJson(first[keyword], second[keyword]),
  )
  return clash ? { ...first, allOf: [...((first['allOf'] as JsonSchema[]) ?? []), second] } : { ...first, ...second }
}

function lookUp(ref: string, root: JsonSchema): JsonSchema {
  if (ref === '#') return withoutParts(root)
  const part = (root['$defs'] as Record<string, JsonSchema> | undefined)?.[ref.replace('#/$defs/', '')]
  if (part === undefined) throw new TypeError(`the schema has no ${ref}`)
  return part
}

function withoutParts({ $defs: _, $id: __, $schema: ___, ...rest }: JsonSchema): JsonSchema {
  return rest
}

function withoutWords(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !words.includes(keyword)))
}

/** `const` as `enum`, with the type of its values. */
function withEnum(schema: JsonSchema): JsonSchema {
  const { const: value, ...rest } = withoutParts(schema)
  const values = value === undefined ? rest['enum'] : [value]
  if (!Array.isArray(values)) return rest
  const types = new Set(values.map(typeOf))
  const [type] = types
  return { ...rest, enum: values, ...(rest['type'] === undefined && types.size === 1 ? { type } : {}) }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function joinValues(schemas: readonly JsonSchema[]): JsonSchema[] {
  const joined: JsonSchema[] = []
  for (const schema of schemas) {
    const at = joined.findIndex((other) => onlyValues(other) && onlyValues(schema) && other['type'] === schema['type'])
    if (at === -1) joined.push(schema)
    else joined[at] = { ...joined[at], enum: [...valuesOf(joined[at]), ...valuesOf(schema)] }
  }
  return joined
}

function onlyValues(schema: JsonSchema): boolean {
  return Object.keys(withoutWords(schema)).every((keyword) => keyword === 'type' || keyword === 'enum')
    ? Array.isArray(schema['enum'])
    : false
}

function valuesOf(schema: JsonSchema | undefined): unknown[] {
  return (schema?.['enum'] as unknown[] | undefined) ?? []
}

function present(members: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
