// What a change of a schema means, by who writes its values. Each row is read in four ways: forwards and backwards, sent and received.
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type JsonSchema, jsonSchemaOf } from '../../sample.ts'
import type { ChangeKind } from './change.ts'
import { compareSchemas } from './compare-schemas.ts'

interface Row {
  readonly name: string
  readonly before: z.ZodType
  readonly after: z.ZodType
  readonly path?: string
  readonly says?: string
}

const object = (members: z.core.$ZodLooseShape) => z.looseObject(members)
const a = (member: z.ZodType) => object({ a: member })

/** The newer schema allows more than the older one. */
const widening: Row[] = [
  {
    name: 'a type becomes a union',
    before: a(z.string()),
    after: a(z.union([z.string(), z.int()])),
    says: 'integer is allowed too',
  },
  { name: 'null becomes allowed', before: a(z.string()), after: a(z.string().nullable()), says: 'null is allowed too' },
  {
    name: 'an integer becomes any number',
    before: a(z.int().min(0).max(9)),
    after: a(z.number().min(0).max(9)),
    says: 'was integer, is number',
  },
  { name: 'a type becomes anything', before: a(z.string()), after: a(z.unknown()), path: 'x /a' },
  {
    name: 'an enum grows',
    before: a(z.enum(['p', 'q'])),
    after: a(z.enum(['p', 'q', 'r'])),
    says: '"r" is allowed too',
  },
  {
    name: 'a constant becomes an enum',
    before: a(z.literal('p')),
    after: a(z.enum(['p', 'q'])),
    says: '"q" is allowed too',
  },
  { name: 'an enum becomes any string', before: a(z.enum(['p', 'q'])), after: a(z.string()) },
  {
    name: 'a union of constants grows',
    before: a(z.union([z.literal(1), z.literal(2)])),
    after: a(z.union([z.literal(1), z.literal(2), z.literal(3)])),
    says: '3 is allowed too',
  },
  {
    name: 'required becomes optional',
    before: a(z.string()),
    after: a(z.string().optional()),
    says: 'required before, may be missing now',
  },
  { name: 'a lower bound falls', before: a(z.int().min(2)), after: a(z.int().min(1)), says: 'minimum was 2, is 1' },
  { name: 'an upper bound rises', before: a(z.int().max(8)), after: a(z.int().max(9)), says: 'maximum was 8, is 9' },
  { name: 'a bound goes away', before: a(z.string().max(8)), after: a(z.string()), says: 'maxLength was 8, is none' },
  {
    name: 'a shortest length goes away',
    before: a(z.string().min(1)),
    after: a(z.string()),
    says: 'minLength was 1, is none',
  },
  { name: 'a shortest list gets shorter', before: a(z.array(z.int()).min(2)), after: a(z.array(z.int()).min(1)) },
  { name: 'a pattern goes away', before: a(z.string().regex(/^a$/)), after: a(z.string()) },
  { name: 'items widen', before: a(z.array(z.enum(['p']))), after: a(z.array(z.enum(['p', 'q']))), path: 'x /a/*' },
  {
    name: 'a member deep inside widens',
    before: a(object({ 'b/c': z.array(object({ d: z.enum(['p']) })) })),
    after: a(object({ 'b/c': z.array(object({ d: z.enum(['p', 'q']) })) })),
    path: 'x /a/b~1c/*/d',
  },
  {
    name: 'the values of a map widen',
    before: a(z.record(z.string(), z.string())),
    after: a(z.record(z.string(), z.string().nullable())),
    path: 'x /a/*',
  },
  {
    name: 'a union of objects grows',
    before: z.discriminatedUnion('t', [object({ t: z.literal('p') }), object({ t: z.literal('q') })]),
    after: z.discriminatedUnion('t', [
      object({ t: z.literal('p') }),
      object({ t: z.literal('q') }),
      object({ t: z.literal('r') }),
    ]),
    path: 'x',
    says: 'object with t is allowed too',
  },
  {
    name: 'one of a union of objects widens',
    before: z.discriminatedUnion('t', [object({ t: z.literal('p'), n: z.enum(['1']) }), object({ t: z.literal('q') })]),
    after: z.discriminatedUnion('t', [
      object({ t: z.literal('q') }),
      object({ t: z.literal('p'), n: z.enum(['1', '2']) }),
    ]),
    path: 'x /n',
    says: '"2" is allowed too',
  },
]

/** Nothing can be said but that it is not the same. */
const differing: Row[] = [
  { name: 'another type', before: a(z.string()), after: a(z.int()), says: 'was string, is integer' },
  { name: 'another pattern', before: a(z.string().regex(/^a$/)), after: a(z.string().regex(/^b$/)) },
  {
    name: 'another format',
    before: a(z.string().meta({ format: 'uri' })),
    after: a(z.string().meta({ format: 'date' })),
  },
  { name: 'another default', before: a(z.int().default(1)), after: a(z.int().default(2)), says: 'default was 1, is 2' },
]

describe.each(widening)('$name', ({ before, after, path = 'x /a', says }) => {
  const [older, newer] = [jsonSchemaOf(before), jsonSchemaOf(after)]

  it('breaks readers of what is sent, not writers of what is received', () => {
    expect(compareSchemas('x', older, newer, 'sent')).toEqual([one('breaking', path, says)])
    expect(compareSchemas('x', older, newer, 'received')).toEqual([one('additive', path, says)])
    expect(compareSchemas('x', older, newer, 'both')).toEqual([one('breaking', path, says)])
  })

  it('backwards breaks writers of what is received, not readers of what is sent', () => {
    expect(kinds(newer, older, 'received')).toEqual(['breaking'])
    expect(kinds(newer, older, 'sent')).toEqual(['additive'])
    expect(kinds(newer, older, 'both')).toEqual(['breaking'])
  })
})

describe.each(differing)('$name', ({ before, after, says }) => {
  it('breaks everybody, both ways', () => {
    const [older, newer] = [jsonSchemaOf(before), jsonSchemaOf(after)]
    for (const direction of ['sent', 'received'] as const) {
      expect(compareSchemas('x', older, newer, direction)).toEqual([one('breaking', 'x /a', says)])
      expect(kinds(newer, older, direction)).toEqual(['breaking'])
    }
  })
})

describe('a member', () => {
  const [without, optional, required] = [object({}), a(z.int().optional()), a(z.int())].map(jsonSchemaOf) as [
    JsonSchema,
    JsonSchema,
    JsonSchema,
  ]

  it('may be added to what is sent, and to what is received if it may be missing', () => {
    expect(compareSchemas('x', without, required, 'sent')).toEqual([one('additive', 'x /a', 'new and required')])
    expect(compareSchemas('x', without, required, 'received')).toEqual([one('breaking', 'x /a', 'new and required')])
    expect(compareSchemas('x', without, optional, 'sent')).toEqual([one('additive', 'x /a', 'new')])
    expect(compareSchemas('x', without, optional, 'received')).toEqual([one('additive', 'x /a', 'new')])
  })

  it('is never taken away', () => {
    for (const older of [optional, required])
      for (const direction of ['sent', 'received'] as const)
        expect(compareSchemas('x', older, without, direction)).toEqual([one('breaking', 'x /a', 'is gone')])
  })

  it('is judged by what undeclared members had to be', () => {
    const map = jsonSchemaOf(z.looseObject({}).catchall(z.int()))
    const declared = { ...map, properties: { a: { type: 'string' } } }
    expect(kinds(map, declared, 'received')).toEqual(['breaking', 'additive'])
  })
})

describe('words', () => {
  it('are documentation, wherever they stand', () => {
    const older = jsonSchemaOf(a(z.string().describe('old')))
    const newer = jsonSchemaOf(
      a(
        z
          .string()
          .describe('new')
          .meta({ examples: ['x'] }),
      ).describe('an object'),
    )
    expect(compareSchemas('x', older, newer, 'both')).toEqual([
      one('documentation', 'x', 'description changed'),
      one('documentation', 'x /a', 'description changed'),
      one('documentation', 'x /a', 'examples changed'),
    ])
  })

  it('say nothing about a default that is new', () => {
    expect(kinds(jsonSchemaOf(a(z.int().optional())), jsonSchemaOf(a(z.int().default(1))), 'both')).toEqual([
      'documentation',
    ])
  })
})

describe('a named part', () => {
  const part = (member: z.ZodType) => object({ p: member }).meta({ id: 'Part' })
  const twice = (member: z.ZodType) => {
    const shared = part(member)
    return jsonSchemaOf(object({ a: shared, b: z.array(shared) }))
  }

  it('is told once, under its own name', () => {
    expect(compareSchemas('x', twice(z.string()), twice(z.string().nullable()), 'sent')).toEqual([
      one('breaking', 'Part /p', 'null is allowed too'),
    ])
  })

  it('may hold itself', () => {
    const tree = (leaf: string): JsonSchema => ({
      $ref: '#/$defs/Tree',
      $defs: { Tree: { type: 'object', properties: { leaf: { type: leaf }, next: { $ref: '#/$defs/Tree' } } } },
    })
    expect(compareSchemas('x', tree('string'), tree('string'), 'sent')).toEqual([])
    expect(compareSchemas('x', tree('string'), tree('integer'), 'sent')).toEqual([
      one('breaking', 'Tree /leaf', 'was string, is integer'),
    ])
  })

  it('is the same as its own content', () => {
    const inline = jsonSchemaOf(object({ a: object({ p: z.string() }) }))
    const named = jsonSchemaOf(object({ a: part(z.string()) }))
    expect(compareSchemas('x', inline, named, 'both')).toEqual([])
  })
})

it('pairs the objects of a union by the members that tell them apart, in any order', () => {
  const versions = (p: z.ZodType, q: z.ZodType) => [
    object({ t: z.literal('p'), n: p }),
    object({ t: z.literal('q'), n: q }),
  ]
  const older = z.union(versions(z.int(), z.string()))
  const newer = z.union(versions(z.int().nullable(), z.string().min(1)).reverse())
  expect(compareSchemas('x', jsonSchemaOf(older), jsonSchemaOf(newer), 'sent')).toEqual([
    one('breaking', 'x /n', 'null is allowed too'),
    one('additive', 'x /n', 'minLength was none, is 1'),
  ])
})

it('keeps both where a reference or a union and what stands beside it say different things', () => {
  const union = (beside: number, inside: number): JsonSchema => ({
    minLength: beside,
    anyOf: [{ type: 'string', minLength: inside }, { type: 'null' }],
  })
  expect(kinds(union(2, 1), union(3, 1), 'received')).toContain('breaking')
  expect(kinds(union(2, 1), union(2, 5), 'received')).toEqual(['breaking'])
  expect(kinds(union(2, 1), union(2, 1), 'received')).toEqual([])
  const named = (minLength: number): JsonSchema => ({
    properties: { a: { $ref: '#/$defs/Part', minLength } },
    $defs: { Part: { type: 'string', minLength: 1 } },
  })
  expect(kinds(named(2), named(3), 'received')).toEqual(['breaking'])
  expect(kinds(named(2), named(2), 'received')).toEqual([])
})

it('lets a keyword that it has no rule for count as another promise', () => {
  const [older, newer]: JsonSchema[] = [{ type: 'array' }, { type: 'array', prefixItems: [{ type: 'string' }] }]
  expect(kinds(older ?? {}, newer ?? {}, 'received')).toEqual(['breaking'])
  expect(kinds({ not: { const: 1 } }, { not: { const: 2 } }, 'sent')).toEqual(['breaking'])
})

function one(kind: ChangeKind, path: string, says: string | undefined) {
  return { kind, path, says: says ?? expect.any(String) }
}

function kinds(before: JsonSchema, after: JsonSchema, direction: 'sent' | 'received' | 'both') {
  return compareSchemas('x', before, after, direction).map(({ kind }) => kind)
}
