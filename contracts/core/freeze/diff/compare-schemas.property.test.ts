// The comparison is sound: what it calls additive keeps every value that was right right, as ajv judges.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { seeded } from '../../random.ts'
import { type JsonSchema, jsonSchemaOf, sample } from '../../sample.ts'
import { ajvJudge } from '../ajv-judge.ts'
import type { Change } from './change.ts'
import { compareSchemas } from './compare-schemas.ts'

/** Two versions of one schema; `undefined`: a member that this version does not have. */
type Versions<S = z.ZodType> = readonly [older: S, newer: S]

const leaf: fc.Arbitrary<z.ZodType> = fc.oneof(
  fc.constant(z.string()),
  fc.constant(z.boolean()),
  fc.constant(z.unknown()),
  fc.constantFrom(1, 2).map((least) => z.string().min(least)),
  fc.constantFrom(0, 1).map((least) => z.int().min(least).max(9)),
  fc.constantFrom(8, 9).map((most) => z.number().min(0).max(most)),
  fc.subarray(['p', 'q', 'r'], { minLength: 1 }).map((values) => z.enum(values)),
  fc.subarray([1, 2, 3], { minLength: 1 }).map((values) => z.literal(values)),
)

const { versions } = fc.letrec<{ versions: Versions; member: Versions<z.ZodType | undefined> }>((tie) => ({
  member: fc.oneof(
    tie('versions'),
    tie('versions').map(both((schema) => schema.optional())),
    tie('versions').map(([older, newer]) => [older, newer.optional()] as const),
    tie('versions').map(([older]) => [older, undefined] as const),
    tie('versions').map(([, newer]) => [undefined, newer.optional()] as const),
  ),
  versions: fc.oneof(
    { depthSize: 'small' },
    { arbitrary: leaf.map((one) => [one, one] as const), weight: 6 },
    { arbitrary: fc.tuple(leaf, leaf), weight: 1 },
    { arbitrary: fc.dictionary(fc.constantFrom('a', 'b'), tie('member')).map(objects), weight: 4 },
    { arbitrary: tie('versions').map(both((item) => z.array(item))), weight: 1 },
    { arbitrary: tie('versions').map(both((inner) => inner.nullable())), weight: 1 },
    { arbitrary: tie('versions').map(([older, newer]) => [older, newer.nullable()] as const), weight: 1 },
    { arbitrary: fc.tuple(leaf, tie('versions')).map(([one, two]) => both((x) => z.union([one, x]))(two)), weight: 1 },
  ),
}))

it('finds no difference between a schema and itself', () => {
  fc.assert(
    fc.property(versions, ([one]) => {
      expect(compareSchemas('x', jsonSchemaOf(one), structuredClone(jsonSchemaOf(one)), 'both')).toEqual([])
    }),
  )
})

it('calls nothing additive that refuses an old request', () => {
  expectSound('received', ([older, newer]) => ({ written: older, read: newer }))
})

it('calls nothing additive that surprises an old reader', () => {
  expectSound('sent', ([older, newer]) => ({ written: newer, read: older }))
})

it('reads a change of what is sent as the opposite change of what is received, but for names', () => {
  const breaks = (changes: Change[]) =>
    changes.some(({ kind, says }) => kind === 'breaking' && !/^(new|is gone)/.test(says))
  fc.assert(
    fc.property(versions, (pair) => {
      const [before, after] = pair.map(jsonSchemaOf) as [JsonSchema, JsonSchema]
      expect(breaks(compareSchemas('x', before, after, 'sent'))).toBe(
        breaks(compareSchemas('x', after, before, 'received')),
      )
    }),
    { numRuns: 400 },
  )
})

/** Every value that is right when written is right when read, unless a change was called breaking. */
function expectSound(
  direction: 'sent' | 'received',
  sides: (pair: Versions) => { written: z.ZodType; read: z.ZodType },
): void {
  let judged = 0
  fc.assert(
    fc.property(versions, (pair) => {
      const changes = compareSchemas('x', jsonSchemaOf(pair[0]), jsonSchemaOf(pair[1]), direction)
      if (changes.length === 0 || changes.some(({ kind }) => kind === 'breaking')) return
      const { written, read } = sides(pair)
      const [mayWrite, mayRead] = [ajvJudge(jsonSchemaOf(written)), ajvJudge(jsonSchemaOf(read))]
      for (const value of valuesOf(written).filter((one) => mayWrite(one))) {
        judged += 1
        expect(mayRead(value), `${JSON.stringify(value)} after ${JSON.stringify(changes)}`).toBe(true)
      }
    }),
    { numRuns: 400 },
  )
  expect(judged).toBeGreaterThan(100)
}

function both(change: (schema: z.ZodType) => z.ZodType) {
  return ([older, newer]: Versions): Versions => [change(older), change(newer)]
}

function objects(members: Record<string, Versions<z.ZodType | undefined>>): Versions {
  const version = (at: 0 | 1) =>
    Object.fromEntries(
      Object.entries(members).flatMap(([name, pair]) => (pair[at] === undefined ? [] : [[name, pair[at]]])),
    )
  return [z.looseObject(version(0)), z.looseObject(version(1))]
}

function valuesOf(one: z.ZodType): unknown[] {
  return Array.from({ length: 12 }, (_, seed) => sample(one, seeded(seed)))
}
