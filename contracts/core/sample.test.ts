import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { seeded } from './random.ts'
import { jsonSchemaOf, sample } from './sample.ts'

describe.each([
  ['null', z.null()],
  ['a constant', z.literal(false)],
  ['an enum', z.enum(['a', 'b'])],
  ['a bounded integer', z.int().min(-3).max(-1)],
  ['a number', z.number().min(0.5).max(2)],
  ['a long string', z.string().min(40)],
  [
    'a pattern with examples',
    z
      .string()
      .regex(/^a+$/)
      .meta({ examples: ['aa'] }),
  ],
  ['a list of some length', z.array(z.int()).min(2).max(3)],
  ['a type of two', z.union([z.string(), z.null()])],
  ['a union', z.union([z.looseObject({ a: z.int() }), z.array(z.string())])],
  [
    'an intersection',
    z.intersection(z.looseObject({ a: z.int() }), z.looseObject({ b: z.string() }).meta({ id: 'B' })),
  ],
  ['named parts', z.looseObject({ a: z.looseObject({ n: z.int() }).meta({ id: 'N' }).nullable() })],
  ['anything', z.unknown()],
] satisfies [string, z.ZodType][])('%s', (_name, schema) => {
  it('has samples that it takes', () => {
    for (let seed = 0; seed < 100; seed += 1) {
      const value = sample(schema, seeded(seed))
      expect(schema.safeParse(value).error, JSON.stringify(value)).toBeUndefined()
    }
  })
})

it('holds itself', () => {
  const tree = z.looseObject({
    leaf: z.string(),
    get next() {
      return z.array(tree).optional()
    },
  })
  expect(tree.safeParse(sample(tree, seeded(4))).success).toBe(true)
})

it('shows both sides of what may be missing or null', () => {
  const schema = z.looseObject({ may: z.int().optional(), or: z.int().nullable() })
  const samples = Array.from({ length: 50 }, (_, seed) => sample(schema, seeded(seed)) as z.infer<typeof schema>)
  expect(new Set(samples.map((value) => 'may' in value))).toEqual(new Set([true, false]))
  expect(new Set(samples.map(({ or }) => or === null))).toEqual(new Set([true, false]))
})

it('gives the same value for the same random numbers', () => {
  const schema = z.looseObject({ a: z.string(), b: z.array(z.number()) })
  expect(sample(schema, seeded(7))).toEqual(sample(schema, seeded(7)))
})

it('asks for examples where a pattern has none', () => {
  expect(() => sample(z.string().regex(/^x$/), seeded(1))).toThrow('a pattern needs examples: ^x$')
})

it('throws where JSON Schema cannot say what zod does', () => {
  expect(() => jsonSchemaOf(z.date())).toThrow()
})
