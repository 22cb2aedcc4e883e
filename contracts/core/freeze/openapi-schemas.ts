// The schemas of an OpenAPI description: every frozen schema that its answers and bodies name, and every part that those share.
import type { JsonSchema } from '../sample.ts'
import { sameJson } from './canonical-json.ts'
import { mapSchema } from './map-schema.ts'

/** The reference to a schema by its frozen name. */
export function schemaLink(name: string): { $ref: string } {
  return { $ref: `${folder}${name}` }
}

/** `components.schemas`: what `users` link to, and what that links to. Throws a TypeError where a frozen schema and a shared part differ under one name. */
export function openApiSchemas(files: ReadonlyMap<string, JsonSchema>, users: unknown): Record<string, JsonSchema> {
  const parts = allParts(files)
  const needed = new Set<string>()
  const waiting = linked(users)
  for (const name of waiting) {
    if (needed.has(name)) continue
    needed.add(name)
    waiting.push(...linked(parts.get(name)))
  }
  return Object.fromEntries([...parts].filter(([name]) => needed.has(name)))
}

const folder = '#/components/schemas/'

function allParts(files: ReadonlyMap<string, JsonSchema>): Map<string, JsonSchema> {
  const parts = new Map<string, JsonSchema>()
  for (const [name, file] of files) {
    const {
      $schema: _,
      $id: __,
      $defs: shared = {},
      ...root
    } = file as JsonSchema & { $defs?: Record<string, JsonSchema> }
    for (const [part, schema] of [[name, root] as const, ...Object.entries(shared)]) {
      const moved = mapSchema(schema, (inner) => relink(inner, name))
      if (parts.has(part) && !sameJson(parts.get(part), moved))
        throw new TypeError(`two different schemas are named ${part}; give one another id`)
      parts.set(part, moved)
    }
  }
  return parts
}

function relink(schema: JsonSchema, root: string): JsonSchema {
  const ref = schema['$ref']
  if (typeof ref !== 'string') return schema
  return { ...schema, ...schemaLink(ref === '#' ? root : ref.replace('#/$defs/', '')) }
}

/** The names that a value links to, wherever the links stand. */
function linked(value: unknown): string[] {
  return [...JSON.stringify(value ?? null).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? '')
}
