// Bodies that an operation must take: values of its schema, written in every way in which JSON may be written.
import fc from 'fast-check'
import type { Operation } from '../../contracts/core/operation.ts'
import { jsonSchemaOf } from '../../contracts/core/sample.ts'
import { asciiJson } from '../wire/ascii-json.ts'
import type { BodyPiece } from '../wire/request.ts'
import { valuesOf } from './from-schema.ts'

export type Body = readonly BodyPiece[]

/** Values that the operation's schema accepts; `undefined` where it takes no body. */
export function inputsOf({ input }: Operation): fc.Arbitrary<unknown> | undefined {
  return input === undefined ? undefined : valuesOf(jsonSchemaOf(input))
}

/** Those values as JSON text. */
export function goodBodies(inputs: fc.Arbitrary<unknown>): fc.Arbitrary<Body> {
  const usual = fc.tuple(inputs, fc.constantFrom(...spellings)).map(([value, spell]): Body => [spell(value)])
  const padded = fc.tuple(inputs, fc.integer({ min: 1, max: 100_000 })).map(([value, times]): Body => {
    const text = JSON.stringify(value)
    return [text.slice(0, -1), { repeat: ' ', times }, text.slice(-1)]
  })
  return fc.oneof({ arbitrary: usual, weight: 20 }, { arbitrary: padded, weight: 1 })
}

const spellings: readonly ((value: unknown) => string)[] = [
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, null, '\t'),
  (value) => `\r\n ${JSON.stringify(value)}\n`,
  escaped,
  (value) => JSON.stringify(reversed(value)),
]

/** Every character that is not ASCII, and the solidus, as an escape. */
function escaped(value: unknown): string {
  return asciiJson(JSON.stringify(value)).replaceAll('/', '\\/')
}

/** The members of the outermost object the other way round. */
function reversed(value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? Object.fromEntries(Object.entries(value).reverse()) : value
}
