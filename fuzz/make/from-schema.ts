// Arbitraries for the values that a JSON Schema accepts, so that whatever an operation declares is fuzzed by being declared.
import fc from 'fast-check'
import type { JsonSchema } from '../../contracts/core/sample.ts'
import { texts } from './texts.ts'

/** Values that `schema` accepts, for the keywords that the freeze writes (JSON Schema 2020-12). `$ref`s are looked up in `root`. */
export function valuesOf(schema: JsonSchema, root: JsonSchema = schema): fc.Arbitrary<unknown> {
  const list = (keyword: string) => schema[keyword] as JsonSchema[] | undefined
  const { $ref } = schema
  // Looked up when a value is made, so that a schema may hold itself.
  if (typeof $ref === 'string') return fc.constant($ref).chain((ref) => valuesOf(resolve(ref, root), root))
  if ('const' in schema) return fc.constant(schema['const'])
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]))
  const choices = list('anyOf') ?? list('oneOf')
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => valuesOf(choice, root)))
  const parts = list('allOf')
  if (parts !== undefined) {
    return fc
      .tuple(...parts.map((part) => valuesOf(part, root)))
      .map((values) => Object.assign({}, ...values) as unknown)
  }
  const types = [schema['type']].flat().map(String)
  return fc.oneof(...types.map((type) => makers[type]?.(schema, root) ?? jsonValues))
}

/** Any JSON value whose numbers every reader keeps (the contract: finite, at most 2^53 − 1). */
export const jsonValues: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
    texts(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(texts(16), tie('value'), { maxKeys: 4 }),
  ),
})).value

const makers: Readonly<Record<string, (schema: JsonSchema, root: JsonSchema) => fc.Arbitrary<unknown>>> = {
  null: () => fc.constant(null),
  boolean: () => fc.boolean(),
  integer: (schema) => fc.maxSafeInteger().map((value) => Math.trunc(between(value, schema))),
  number: (schema) =>
    fc.double({ noNaN: true, min: low(schema), max: high(schema) }).map((value) => between(value, schema)),
  string: strings,
  array: (schema, root) => {
    const minLength = Number(schema['minItems'] ?? 0)
    const maxLength = Math.min(Number(schema['maxItems'] ?? minLength + 4), minLength + 4)
    return fc.array(valuesOf((schema['items'] ?? {}) as JsonSchema, root), { minLength, maxLength })
  },
  object: objects,
}

/** Members that the schema does not name are sent too: objects are open. */
function objects(schema: JsonSchema, root: JsonSchema): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>)
  const members = Object.fromEntries(properties.map(([name, member]) => [name, valuesOf(member, root)]))
  const requiredKeys = (schema['required'] ?? []) as string[]
  const named = fc.record(members, { requiredKeys })
  if (schema['additionalProperties'] === false) return named
  const more = fc.dictionary(texts(16), jsonValues, { maxKeys: 3 })
  const both = fc.tuple(more, named).map(([more, named]) => ({ ...withoutKeys(more, Object.keys(members)), ...named }))
  return fc.oneof({ arbitrary: named, weight: 2 }, { arbitrary: both, weight: 1 })
}

function strings(schema: JsonSchema): fc.Arbitrary<string> {
  const least = Number(schema['minLength'] ?? 0)
  const most = Number(schema['maxLength'] ?? Number.POSITIVE_INFINITY)
  const examples = (schema['examples'] ?? []) as string[]
  const made = typeof schema['pattern'] === 'string' ? fc.stringMatching(new RegExp(schema['pattern'])) : anyLength
  // Few examples, so that the same identifier comes again.
  const any = examples.length === 0 ? made : fc.oneof(made, fc.constantFrom(...examples))
  return any
    .map((text) => (text.length < least ? text.padEnd(least, 'x') : [...text].slice(0, most).join('')))
    .filter((text) => typeof schema['pattern'] !== 'string' || new RegExp(schema['pattern']).test(text))
}

/** Where the schema says no length there is none. */
const anyLength = fc.oneof(
  { arbitrary: texts(), weight: 12 },
  { arbitrary: fc.integer({ min: 1, max: 200_000 }).map((length) => 'x'.repeat(length)), weight: 1 },
)

function withoutKeys(record: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)))
}

function between(value: number, schema: JsonSchema): number {
  return Math.min(Math.max(value, low(schema)), high(schema))
}

function low(schema: JsonSchema): number {
  return Math.max(Number(schema['minimum'] ?? Number.MIN_SAFE_INTEGER), Number.MIN_SAFE_INTEGER)
}

function high(schema: JsonSchema): number {
  return Math.min(Number(schema['maximum'] ?? Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)
}

function resolve(ref: string, root: JsonSchema): JsonSchema {
  const parts = ref === '#' ? [] : ref.slice(2).split('/')
  const found = parts.reduce<unknown>((node, part) => (node as JsonSchema | undefined)?.[part], root)
  if (found === undefined) throw new TypeError(`the schema has no ${ref}`)
  return found as JsonSchema
}
