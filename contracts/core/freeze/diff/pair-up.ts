// Finds which alternative of the older schema became which of the newer one.
import type { JsonSchema } from '../../sample.ts'
import { canonicalJson } from '../canonical-json.ts'

export interface Pairs {
  readonly pairs: readonly (readonly [before: JsonSchema, after: JsonSchema])[]
  /** Alternatives of the older schema alone. */
  readonly gone: readonly JsonSchema[]
  /** Alternatives of the newer schema alone. */
  readonly come: readonly JsonSchema[]
}

/** Pairs what is equal first, then what carries the same fixed members (`type: "file"`), then what has the same type. */
export function pairUp(before: readonly JsonSchema[], after: readonly JsonSchema[]): Pairs {
  if (before.length === 1 && after.length === 1)
    return { pairs: before.map((left) => [left, after[0] ?? {}]), gone: [], come: [] }
  const pairs: [JsonSchema, JsonSchema][] = []
  let [gone, come] = [[...before], [...after]]
  for (const key of [canonicalJson, fixedMembers, typeName]) {
    const left: JsonSchema[] = []
    for (const schema of gone) {
      const at = come.findIndex((other) => key(other) !== undefined && key(other) === key(schema))
      const [found] = at === -1 ? [] : come.splice(at, 1)
      if (found === undefined) left.push(schema)
      else pairs.push([schema, found])
    }
    gone = left
    come = [...come]
  }
  return { pairs, gone, come }
}

/** The members that are there in every value and always the same, as a key; `undefined` where there is none. */
function fixedMembers({ properties = {}, required = [] }: JsonSchema): string | undefined {
  const fixed = Object.entries(properties as Record<string, JsonSchema>).filter(
    ([name, member]) => member['const'] !== undefined && (required as string[]).includes(name),
  )
  return fixed.length === 0 ? undefined : canonicalJson(fixed.map(([name, member]) => [name, member['const']]).sort())
}

function typeName({ type }: JsonSchema): string {
  if (type === 'integer') return 'number'
  return typeof type === 'string' ? type : 'anything'
}
