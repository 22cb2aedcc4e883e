// Compares the keywords of two plain schemas that hold no schema themselves: type, fixed values, bounds, patterns, words.
import type { JsonSchema } from '../../sample.ts'
import { sameJson } from '../canonical-json.ts'
import { words } from './alternatives.ts'
import type { Difference, Effect } from './change.ts'
import { difference, type Place } from './place.ts'

/** What may stand here as far as `type` says. `differs`: the two have no value in common. */
export function compareTypes(place: Place): Difference[] {
  const [before, after] = [place.before['type'], place.after['type']]
  if (before === after) return []
  const says = `was ${before ?? 'anything'}, is ${after ?? 'anything'}`
  if (after === undefined || (before === 'integer' && after === 'number')) return [difference(place, 'widens', says)]
  if (before === undefined || (before === 'number' && after === 'integer')) return [difference(place, 'narrows', says)]
  return [difference(place, 'differs', says)]
}

/** Every other keyword but those in `walked`. One without a rule of its own `differs` when it changes. */
export function compareKeywords(place: Place, walked: ReadonlySet<string>): Difference[] {
  const keywords = new Set([...Object.keys(place.before), ...Object.keys(place.after)])
  return [...keywords].flatMap((keyword) => {
    if (walked.has(keyword) || keyword === 'type' || keyword.startsWith('x-')) return []
    const [before, after] = [meaning(place.before, keyword), meaning(place.after, keyword)]
    return sameJson(before, after) ? [] : ruleOf(keyword)(place, keyword, before, after)
  })
}

/** Compares only the words of a place. */
export function compareWords(place: Place): Difference[] {
  return words
    .filter((keyword) => !sameJson(place.before[keyword], place.after[keyword]))
    .map((keyword) => difference(place, 'documents', `${keyword} changed`))
}

type Rule = (place: Place, keyword: string, before: unknown, after: unknown) => Difference[]

function ruleOf(keyword: string): Rule {
  if (words.includes(keyword)) return changedWords
  if (keyword === 'enum') return changedValues
  if (keyword === 'default') return changedDefault
  if (/^(m|exclusiveM)in/.test(keyword)) return changedBound('narrows', 'widens')
  if (/^(m|exclusiveM)ax/.test(keyword)) return changedBound('widens', 'narrows')
  return changedConstraint
}

/** What a keyword says; `undefined` where it allows everything, as when it is absent. */
function meaning(schema: JsonSchema, keyword: string): unknown {
  const value = schema[keyword]
  if (value === 0 && /^min(Length|Items|Properties)$/.test(keyword)) return undefined
  return value === false && keyword === 'uniqueItems' ? undefined : value
}

const changedWords: Rule = (place, keyword) => [difference(place, 'documents', `${keyword} changed`)]

const changedValues: Rule = (place, _keyword, before, after) => {
  if (!Array.isArray(before)) return [difference(place, 'narrows', `was anything, is ${list(after)}`)]
  if (!Array.isArray(after)) return [difference(place, 'widens', `was ${list(before)}, is anything`)]
  const gone = before.filter((value) => !after.some((other) => sameJson(other, value)))
  const come = after.filter((value) => !before.some((other) => sameJson(other, value)))
  return [
    ...(gone.length === 0 ? [] : [difference(place, 'narrows', `${list(gone)} is no longer allowed`)]),
    ...(come.length === 0 ? [] : [difference(place, 'widens', `${list(come)} is allowed too`)]),
  ]
}

/** A default says what an absent member means. */
const changedDefault: Rule = (place, keyword, before, after) => [
  difference(place, before === undefined ? 'documents' : 'differs', wasAndIs(keyword, before, after)),
]

function changedBound(whenMore: Effect, whenLess: Effect): Rule {
  const ofAbsent = whenMore === 'narrows' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return (place, keyword, before, after) => {
    const more = Number(after ?? ofAbsent) > Number(before ?? ofAbsent)
    return [difference(place, more ? whenMore : whenLess, wasAndIs(keyword, before, after))]
  }
}

const changedConstraint: Rule = (place, keyword, before, after) => {
  const effect = before === undefined ? 'narrows' : after === undefined ? 'widens' : 'differs'
  return [difference(place, effect, wasAndIs(keyword, before, after))]
}

function wasAndIs(keyword: string, before: unknown, after: unknown): string {
  const text = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value))
  return `${keyword} was ${text(before)}, is ${text(after)}`
}

function list(values: unknown): string {
  return (values as unknown[]).map((value) => JSON.stringify(value)).join(' or ')
}
