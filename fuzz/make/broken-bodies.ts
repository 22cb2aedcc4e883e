// Bodies that are nearly right: a good one with one thing wrong, in its value, in its text or in its bytes. What must be
// answered is not said here: it is read off the bytes (body-faults.ts), since some of these are right after all.
import fc from 'fast-check'
import { jsonValues } from './from-schema.ts'
import type { Body } from './good-bodies.ts'
import { insertions, invalidBytes, memberNames, memberValues, prefixes, suffixes } from './hostile-json.ts'
import { texts } from './texts.ts'

/** Bodies close to those of `inputs`, the values that an operation's schema accepts. */
export function brokenBodies(inputs: fc.Arbitrary<unknown>): fc.Arbitrary<Body> {
  const values = fc.oneof(wrongMembers(inputs), notObjects).map((value): Body => [stringify(value)])
  return fc.oneof(
    { arbitrary: values, weight: 5 },
    { arbitrary: wrongTexts(inputs), weight: 5 },
    { arbitrary: wrongBytes(inputs), weight: 2 },
  )
}

/** A member is left out, or is something else, too long, or too deep; or one more is there. */
function wrongMembers(inputs: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(inputs, fc.nat(), fc.option(otherMembers, { nil: undefined })).map(([value, place, other]) => {
    if (typeof value !== 'object' || value === null) return value
    const names = [...Object.keys(value), 'a_member_of_its_own']
    const name = names[place % names.length] ?? ''
    const { [name]: _left, ...rest } = value as Record<string, unknown>
    return other === undefined ? rest : { ...rest, [name]: other }
  })
}

const otherMembers = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1.5, '', [], {}, [null], { '': '' }),
  jsonValues,
  texts(),
  fc.integer({ min: 1, max: 70_000 }).map((length) => 'x'.repeat(length)),
)

const notObjects = fc.oneof(fc.constantFrom(null, true, 0, '', 'text', [], [{}]), jsonValues)

/** The text of a good body, spoilt at one place. */
function wrongTexts(inputs: fc.Arbitrary<unknown>): fc.Arbitrary<Body> {
  const spoilt = fc
    .tuple(inputs, fc.nat(), fc.constantFrom(...insertions))
    .map(([value, place, insertion]): Body => insertAt(JSON.stringify(value), place, insertion))
  const cut = fc.tuple(inputs, fc.nat()).map(([value, place]): Body => {
    const text = JSON.stringify(value)
    return [text.slice(0, place % text.length)]
  })
  const around = fc
    .tuple(inputs, fc.constantFrom(...prefixes), fc.constantFrom(...suffixes))
    .map(([value, before, after]): Body => [`${before}${JSON.stringify(value)}${after}`])
  const withMember = fc
    .tuple(inputs, fc.nat(), fc.constantFrom(...memberNames, undefined), oddValues)
    .map(([value, place, name, member]): Body => addMember(value, name ?? memberOf(value, place), member))
  return fc.oneof(spoilt, cut, around, withMember, nested, fc.constantFrom<Body>([''], [' '], ['\n'], ['{'], ['}']))
}

/** One more member, whose value is written as it stands; its name comes twice where the body has it already. */
function addMember(value: unknown, name: string, member: Body): Body {
  const text = JSON.stringify(value)
  const isEmpty = typeof value !== 'object' || value === null || Object.keys(value).length === 0
  return [`${text.replace(/\}$/, '')}${isEmpty ? '' : ','}"${name}":`, ...member, '}']
}

function memberOf(value: unknown, place: number): string {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : []
  return JSON.stringify(names[place % Math.max(1, names.length)] ?? 'a').slice(1, -1)
}

function insertAt(text: string, place: number, insertion: string): Body {
  const at = place % (text.length + 1)
  // Between the halves of a pair there is no place in UTF-8.
  const cut = /[\udc00-\udfff]/.test(text[at] ?? '') ? at + 1 : at
  return [text.slice(0, cut) + insertion + text.slice(cut)]
}

/** Deep enough to overflow the stack of a reader that calls itself, closed or not. */
const nested: fc.Arbitrary<Body> = fc
  .tuple(fc.constantFrom(['[', ']'], ['{"a":', '}']), fc.integer({ min: 1, max: 100_000 }), fc.boolean())
  .map(
    ([[open = '', close = ''], times, isClosed]): Body => [
      { repeat: open, times },
      '1',
      ...(isClosed ? [{ repeat: close, times }] : []),
    ],
  )

/** Values that only text can say. */
const oddValues: fc.Arbitrary<Body> = fc.oneof(
  fc.constantFrom(...memberValues).map((text): Body => [text]),
  fc.integer({ min: 1, max: 20_000 }).map((times): Body => ['1', { repeat: '0', times }]),
  fc.integer({ min: 1, max: 20_000 }).map((times): Body => ['0.', { repeat: '3', times }]),
  fc.integer({ min: 1, max: 5_000 }).map((times): Body => ['1,', { repeat: '"a":1,', times }, '"a":2']),
  nested,
)

/** Bytes that are no text, text in another encoding, anything. */
function wrongBytes(inputs: fc.Arbitrary<unknown>): fc.Arbitrary<Body> {
  const invalid = fc.tuple(inputs, fc.constantFrom(...invalidBytes)).map(([value, base64]): Body => {
    const text = JSON.stringify(value)
    return [`${text.slice(0, -1)},"a":"`, { base64 }, '"}']
  })
  const wide = inputs.map(
    (value): Body => [{ base64: Buffer.from(JSON.stringify(value), 'utf16le').toString('base64') }],
  )
  const any = fc.uint8Array({ maxLength: 64 }).map((bytes): Body => [{ base64: Buffer.from(bytes).toString('base64') }])
  return fc.oneof(invalid, wide, any)
}

function stringify(value: unknown): string {
  return JSON.stringify(value) ?? ''
}
