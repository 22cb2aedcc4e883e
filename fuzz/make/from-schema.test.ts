import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { identifier, timestamp, uuid } from '../../contracts/core/primitives.ts'
import { jsonSchemaOf } from '../../contracts/core/sample.ts'
import { sessionContract } from '../../contracts/session/contract.ts'
import { valuesOf } from './from-schema.ts'

const inputs = Object.values(sessionContract.operations).flatMap(({ id, input }) =>
  input === undefined ? [] : [[id, input] as const],
)

const later = z.looseObject({
  lane: z.enum(['user', 'expert']),
  cells: z.array(z.looseObject({ cell_id: identifier, code: z.string().max(20) })).min(1),
  stop_on_error: z.boolean().optional(),
  limits: z.looseObject({ wall_ms: z.int().min(1).max(60_000).optional(), ratio: z.number().min(0).max(1) }).optional(),
  either: z.union([z.literal('a'), z.null(), z.number()]),
  ts: timestamp,
  id: uuid,
})

test.each([...inputs, ['an operation of a later version', later] as const])(
  'every value made for %s fits its schema',
  (_id, schema) => {
    fc.assert(
      fc.property(valuesOf(jsonSchemaOf(schema)), (value) => schema.safeParse(value).success),
      { numRuns: 300, seed: 1 },
    )
  },
)

test('members come and go, known and unknown', () => {
  const values = fc.sample(valuesOf(jsonSchemaOf(later)), { numRuns: 200, seed: 1 }) as Record<string, unknown>[]
  const names = new Set(values.flatMap(Object.keys))
  expect(values.some((value) => 'limits' in value) && values.some((value) => !('limits' in value))).toBe(true)
  expect(names.size).toBeGreaterThan(Object.keys(later.shape).length)
})

test('a schema may hold itself', () => {
  const tree = {
    $defs: { node: { type: 'object', properties: { next: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/node' }] } } } },
    $ref: '#/$defs/node',
  }
  expect(fc.sample(valuesOf(tree), { numRuns: 50, seed: 1 }).every((value) => typeof value === 'object')).toBe(true)
  expect(() => fc.sample(valuesOf({ $ref: '#/$defs/none' }), 1)).toThrow('no #/$defs/none')
})
