// One frozen schema: JSON Schema 2020-12 that can be used by itself, with the parts it shares under `$defs`.
import type { z } from 'zod'
import { type JsonSchema, jsonSchemaOf } from '../sample.ts'
import { mapSchema } from './map-schema.ts'

const dialect = 'https://json-schema.org/draft/2020-12/schema'

/** The `$id` of a frozen schema: `urn:sidecar:schema:session/1:Problem`. */
export function schemaId(contract: string, name: string): string {
  return `urn:sidecar:schema:${contract}:${name}`
}

/** The frozen form of `schema`. Objects stay open: readers ignore members that they do not know. */
export function schemaFile(contract: string, name: string, schema: z.ZodType): JsonSchema {
  const { $schema: _, ...exported } = jsonSchemaOf(schema)
  return { $schema: dialect, $id: schemaId(contract, name), ...mapSchema(rootOf(exported), tidy) }
}

/** The name under which `schema` is frozen: its own, else `otherwise`. */
export function schemaName(schema: z.ZodType, otherwise: string): string {
  return schema.meta()?.id ?? otherwise
}

/** A named root is exported as a reference into its own `$defs`; the file is that root itself. */
function rootOf(exported: JsonSchema): JsonSchema {
  const { $ref: ref, $defs: parts } = exported as { $ref?: string; $defs?: Record<string, JsonSchema> }
  const name = ref?.replace('#/$defs/', '')
  if (name === undefined || parts?.[name] === undefined) return exported
  const { [name]: root, ...others } = parts
  const file = { ...root, ...(Object.keys(others).length === 0 ? {} : { $defs: others }) }
  return mapSchema(file, (schema) => (schema['$ref'] === ref ? { ...schema, $ref: '#' } : schema))
}

/** Leaves out what says nothing: an open object's `additionalProperties: {}` and empty lists of members. */
function tidy(schema: JsonSchema): JsonSchema {
  const { additionalProperties, properties, ...rest } = schema as Record<string, object | undefined>
  return {
    ...rest,
    ...(isEmpty(properties) ? {} : { properties }),
    ...(isEmpty(additionalProperties) ? {} : { additionalProperties }),
  }
}

function isEmpty(value: object | undefined): boolean {
  return value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)
}
