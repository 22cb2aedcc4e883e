// Walks a JSON Schema through every place where a schema may stand, and nowhere else: `examples` and `const` hold data.
import type { JsonSchema } from '../sample.ts'

/** A copy of `schema` in which every schema, inner ones first, is what `change` makes of it. Boolean schemas stay. */
export function mapSchema(schema: JsonSchema, change: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const visit = (value: unknown): unknown => (isSchema(value) ? mapSchema(value, change) : value)
  const copy = Object.entries(schema).map(([keyword, value]) => {
    if (holdsOne.has(keyword)) return [keyword, visit(value)]
    if (holdsList.has(keyword) && Array.isArray(value)) return [keyword, value.map(visit)]
    if (holdsNamed.has(keyword) && isSchema(value))
      return [keyword, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, visit(part)]))]
    return [keyword, value]
  })
  return change(Object.fromEntries(copy) as JsonSchema)
}

const holdsOne = new Set(
  'items additionalProperties unevaluatedProperties unevaluatedItems contains propertyNames not if then else'.split(
    ' ',
  ),
)
const holdsList = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems'])
const holdsNamed = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs'])

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
