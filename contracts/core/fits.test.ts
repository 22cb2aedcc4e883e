import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { operations } from '../session/operations.ts'
import { turnGrammar } from '../session/turn.ts'
import { fits } from './fits.ts'
import { brokenValues } from './freeze/broken-values.ts'
import { Problem } from './problem.ts'
import { seeded } from './random.ts'
import { jsonSchemaOf, sample } from './sample.ts'

const schemas: readonly (readonly [name: string, schema: z.ZodType])[] = [
  ...Object.entries(turnGrammar.schemas),
  ...Object.values(operations).flatMap(({ id, output }) =>
    output.kind === 'json' ? [[id, output.schema] as const] : [],
  ),
  ...Object.values(operations).flatMap((operation) =>
    'input' in operation && operation.input !== undefined ? [[`${operation.id} input`, operation.input] as const] : [],
  ),
  ['Problem', Problem],
]

describe('every schema of session/1', () => {
  it.each(schemas)('%s: the same verdict as safeParse, for values that fit and values that do not', (_name, schema) => {
    const random = seeded(7)
    const root = jsonSchemaOf(schema)
    let refused = 0
    for (let time = 0; time < 20; time += 1) {
      const value = sample(schema, random)
      expect(fits(schema)(value)).toBe(true)
      for (const broken of brokenValues(root, value)) {
        expect(fits(schema)(broken.value), broken.fault).toBe(schema.safeParse(broken.value).success)
        refused += 1
      }
    }
    expect(refused).toBeGreaterThan(0)
  })
})

it('compiles a schema once', () => {
  const schema = z.looseObject({ a: z.int() })
  expect(fits(schema)).toBe(fits(schema))
})

it('takes what is no object for what it is', () => {
  for (const value of [null, undefined, 1, 'a', [], [1]]) expect(fits(Problem)(value)).toBe(false)
})
