// A place in two versions of a schema, and how its path is written.
import type { JsonSchema } from '../../sample.ts'
import type { Difference, Effect } from './change.ts'

export interface Place {
  /** The operation, event, document or named part that the pointer starts from. */
  readonly subject: string
  /** JSON Pointer into a value; `*` is any item. Empty: the value itself. */
  readonly pointer: string
  readonly before: JsonSchema
  readonly after: JsonSchema
}

/** The same place one step further down, with the schemas that stand there; absent ones allow anything. */
export function below<P extends Place>(place: P, step: string, before: unknown, after: unknown): P {
  const pointer = `${place.pointer}/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return { ...place, pointer, before: asSchema(before), after: asSchema(after) }
}

export function difference({ subject, pointer }: Place, effect: Effect, says: string): Difference {
  return { effect, path: pointer === '' ? subject : `${subject} ${pointer}`, says }
}

/** `true` and `false` are schemas too, and so is none. */
export function asSchema(value: unknown): JsonSchema {
  if (value === undefined || value === true) return {}
  return value === false ? { not: {} } : (value as JsonSchema)
}
