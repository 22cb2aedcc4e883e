// What a difference between two frozen versions means for whoever already relies on the older one.
// The reasons stand in docs/decisions/what-breaks-a-contract.md.
import type { Direction } from '../contract-file.ts'

/** `breaking`: a client of the older version may fail. `additive`: it goes on working. `documentation`: only words changed. */
export type ChangeKind = 'breaking' | 'additive' | 'documentation'

export interface Change {
  readonly kind: ChangeKind
  /** The operation, event or document, then a JSON Pointer in which `*` is any item: `session.report output /sections/*`. */
  readonly path: string
  readonly says: string
}

/**
 * What happened to the values that a place in the contract allows.
 * `widens`: more are allowed than before. `narrows`: fewer. `differs`: some came and some went, or nobody can tell.
 * `adds`: a name is new that peers may ignore. `removes`: a name is gone. `documents`: only words changed.
 */
export type Effect = 'widens' | 'narrows' | 'differs' | 'adds' | 'removes' | 'documents'

export interface Difference {
  readonly effect: Effect
  readonly path: string
  readonly says: string
}

/** Judges differences by who writes the values: widening breaks their readers, narrowing breaks their writers. */
export function judge(differences: readonly Difference[], direction: Direction): Change[] {
  return differences.map(({ effect, path, says }) => ({ kind: verdict(effect, direction), path, says }))
}

function verdict(effect: Effect, direction: Direction): ChangeKind {
  if (effect === 'documents') return 'documentation'
  return breaks[direction].includes(effect) ? 'breaking' : 'additive'
}

const breaks: Readonly<Record<Direction, readonly Effect[]>> = {
  sent: ['widens', 'differs', 'removes'],
  received: ['narrows', 'differs', 'removes'],
  both: ['widens', 'narrows', 'differs', 'removes'],
}

/** Each place and sentence once, with the gravest kind that it has anywhere; gravest first, then by path. */
export function gather(changes: readonly Change[]): Change[] {
  const found = new Map<string, Change>()
  for (const change of changes) {
    const key = JSON.stringify([change.path, change.says])
    const known = found.get(key)
    if (known === undefined || gravity(change) < gravity(known)) found.set(key, change)
  }
  return [...found.values()].sort((left, right) => gravity(left) - gravity(right) || (left.path < right.path ? -1 : 1))
}

function gravity({ kind }: Change): number {
  return ['breaking', 'additive', 'documentation'].indexOf(kind)
}
