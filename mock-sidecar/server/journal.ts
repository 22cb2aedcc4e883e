// What the mock was asked, for a desktop's own tests.

/** One request as the mock saw it. */
export interface JournalEntry {
  readonly method: string
  readonly path: string
  readonly operation: string | undefined
  readonly body: unknown
  readonly status: number
}

/** Adds an entry. At least the newest 1,000 are kept. */
export function note(journal: JournalEntry[], entry: JournalEntry): void {
  journal.push(entry)
  if (journal.length > 2 * keptEntries) journal.splice(0, keptEntries)
}

const keptEntries = 1_000
