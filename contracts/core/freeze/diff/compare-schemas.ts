// Compares two JSON Schemas 2020-12, place by place, and says whether each place allows more or fewer values than before.
import type { JsonSchema } from '../../sample.ts'
import type { Direction } from '../contract-file.ts'
import { alternatives } from './alternatives.ts'
import { type Change, type Difference, gather, judge } from './change.ts'
import { compareKeywords, compareTypes, compareWords } from './compare-keywords.ts'
import { pairUp } from './pair-up.ts'
import { asSchema, below, difference, type Place } from './place.ts'

/** What the change of the schema called `subject` means, given who writes its values. Empty where both say the same. */
export function compareSchemas(subject: string, before: JsonSchema, after: JsonSchema, direction: Direction): Change[] {
  const place = { subject, pointer: '', before, after, roots: { before, after }, within: [] }
  return gather(judge(comparePlace(place), direction))
}

interface Visit extends Place {
  /** The whole schemas, whose `$defs` references point into. */
  readonly roots: { readonly before: JsonSchema; readonly after: JsonSchema }
  /** The references that led here, so that recursive schemas end. */
  readonly within: readonly string[]
}

function comparePlace(place: Visit): Difference[] {
  const visit = enterPart(place)
  if (visit === undefined) return []
  const { roots } = visit
  const { pairs, gone, come } = pairUp(alternatives(visit.before, roots.before), alternatives(visit.after, roots.after))
  return [
    ...compareWords(visit),
    ...pairs.flatMap(([before, after]) => compareAlternative({ ...visit, before, after })),
    ...gone.map((schema) => difference(visit, 'narrows', `${short(schema)} is no longer allowed`)),
    ...come.map((schema) => difference(visit, 'widens', `${short(schema)} is allowed too`)),
  ]
}

/**
 * Follows references. A part that has one name on both sides becomes the subject, so that its differences are told once,
 * wherever it is used. `undefined`: these references are being compared already.
 */
function enterPart(place: Visit): Visit | undefined {
  const [before, after] = [place.before['$ref'], place.after['$ref']]
  if (before === undefined && after === undefined) return place
  const step = `${before} ${after}`
  if (place.within.includes(step)) return undefined
  const visit = { ...place, within: [...place.within, step] }
  const part = before === after ? String(before).match(/^#\/\$defs\/(.+)$/)?.[1] : undefined
  return part === undefined ? visit : { ...visit, subject: part, pointer: '' }
}

function compareAlternative(place: Visit): Difference[] {
  const types = compareTypes(place)
  if (types.some(({ effect }) => effect === 'differs')) return types
  return [...types, ...compareKeywords(place, walked), ...compareMembers(place), ...compareItems(place)]
}

/** The keywords that are compared here, by walking on. */
const walked = new Set(['properties', 'required', 'additionalProperties', 'items'])

function compareMembers(place: Visit): Difference[] {
  const [before, after] = [membersOf(place.before), membersOf(place.after)]
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)]
    return compareMember(below(place, name, was?.schema ?? before.others, is?.schema ?? after.others), was, is)
  })
}

interface Member {
  readonly schema: unknown
  readonly required: boolean
}

/** The declared members, and what the schema demands of all others. */
function membersOf({ properties = {}, required = [], additionalProperties }: JsonSchema) {
  const declared = properties as Record<string, JsonSchema>
  const demanded = required as string[]
  const names = new Set([...Object.keys(declared), ...demanded])
  const members = [...names].map(
    (name) => [name, { schema: declared[name], required: demanded.includes(name) }] as const,
  )
  return Object.assign(new Map<string, Member>(members), { others: asSchema(additionalProperties) })
}

function compareMember(place: Visit, was: Member | undefined, is: Member | undefined): Difference[] {
  if (is === undefined) return [difference(place, 'removes', 'is gone')]
  if (was === undefined) {
    const news = is.required ? difference(place, 'narrows', 'new and required') : difference(place, 'adds', 'new')
    return isOpen(place.before) ? [news] : [news, ...comparePlace(place)]
  }
  const presence = was.required ? 'required before, may be missing now' : 'optional before, required now'
  const changed = difference(place, was.required ? 'widens' : 'narrows', presence)
  return [...(was.required === is.required ? [] : [changed]), ...comparePlace(place)]
}

/** Nobody wrote anything of meaning to a member that was not declared, unless the schema says what undeclared ones hold. */
function isOpen(others: JsonSchema): boolean {
  return Object.keys(others).length === 0
}

function compareItems(place: Visit): Difference[] {
  return ['items', 'additionalProperties'].flatMap((keyword) => {
    const [before, after] = [place.before[keyword], place.after[keyword]]
    return before === undefined && after === undefined ? [] : comparePlace(below(place, '*', before, after))
  })
}

/** A schema in a few words. */
function short({ type, enum: values, properties }: JsonSchema): string {
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' or ')
  if (typeof properties !== 'object' || properties === null) return typeof type === 'string' ? type : 'anything'
  return `object with ${Object.keys(properties).join(', ')}`
}
