// Ajv as a second judge of the frozen schemas, independent of zod. For tests alone.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import type { JsonSchema } from '../sample.ts'

/** Compiles one frozen schema with nothing beside it. Throws where it is not a strict JSON Schema 2020-12. */
export function ajvJudge(schema: JsonSchema): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true })
  ajvFormats.default(ajv)
  return ajv.compile(schema)
}
