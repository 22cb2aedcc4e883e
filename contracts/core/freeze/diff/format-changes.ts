// Writes changes for a terminal: one line each under its kind, then what they come to.
import type { Change, ChangeKind } from './change.ts'

/** The text of `changes`, without colours and without a last line end. */
export function formatChanges(changes: readonly Change[]): string {
  if (changes.length === 0) return 'no change'
  const kinds = Object.entries(Object.groupBy(changes, ({ kind }) => kind)) as [ChangeKind, Change[]][]
  const blocks = kinds.map(([kind, found]) => [kind, ...found.map(({ path, says }) => `  ${path}: ${says}`), ''])
  const counts = kinds.map(([kind, found]) => `${found.length} ${kind}`)
  return [...blocks.flat(), counts.join(', ')].join('\n')
}
