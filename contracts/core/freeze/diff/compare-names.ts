// Compares the closed lists and tables of a contract: operations, codes, event types, bounds.
import { sameJson } from '../canonical-json.ts'
import type { Difference, Effect } from './change.ts'

type Table = Readonly<Record<string, unknown>>

/** The names of two tables: one that is gone `removes`, one that came has the effect `added`. */
export function compareNames(subject: string, before: Table, after: Table, added: Effect): Difference[] {
  const gone = Object.keys(before).filter((name) => !(name in after))
  const come = Object.keys(after).filter((name) => !(name in before))
  return [
    ...gone.map((name) => ({ effect: 'removes' as const, path: `${subject} ${name}`, says: 'is gone' })),
    ...come.map((name) => ({ effect: added, path: `${subject} ${name}`, says: 'new' })),
  ]
}

/** What `compare` finds between the entries that both tables hold. */
export function compareEntries<Entry>(
  before: Readonly<Record<string, Entry>>,
  after: Readonly<Record<string, Entry>>,
  compare: (name: string, before: Entry, after: Entry) => readonly Difference[],
): Difference[] {
  return Object.entries(before).flatMap(([name, was]) => {
    const is = after[name]
    return is === undefined ? [] : compare(name, was, is)
  })
}

/** The members of two entries that are named in `effects`; one that changed has the effect that stands beside it. */
export function compareFields(
  path: string,
  before: object,
  after: object,
  effects: Readonly<Record<string, Effect>>,
): Difference[] {
  const [was, is] = [before as Table, after as Table]
  return Object.entries(effects).flatMap(([member, effect]) =>
    compareValues(`${path} /${member}`, was[member], is[member], effect),
  )
}

/** Two values; where they are not the same, the difference has this effect. */
export function compareValues(path: string, before: unknown, after: unknown, effect: Effect): Difference[] {
  return sameJson(before, after) ? [] : [{ effect, path, says: `was ${text(before)}, is ${text(after)}` }]
}

/** Upper bounds by name. A higher one `widens` what may happen, a lower one `narrows` it. */
export function compareBounds(
  subject: string,
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Difference[] {
  return [
    ...compareNames(subject, before, after, 'narrows').map((one) => ({
      ...one,
      effect: one.effect === 'removes' ? ('widens' as const) : one.effect,
    })),
    ...compareEntries(before, after, (name, was, is) =>
      compareValues(`${subject} ${name}`, was, is, is > was ? 'widens' : 'narrows'),
    ),
  ]
}

/** A list as a table, so that its items are names. */
export function namesIn(list: readonly (string | number)[]): Readonly<Record<string, true>> {
  return Object.fromEntries(list.map((name) => [name, true]))
}

function text(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value)
}
