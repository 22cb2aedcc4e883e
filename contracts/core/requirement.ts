// A requirement: one row of what a sidecar, or the desktop that manages it, must do. Checks cover requirements.

export interface Requirement {
  /** Permanent id: `SSE-09`. */
  readonly id: string
  readonly level: 'MUST' | 'SHOULD'
  /** The requirement in one sentence, without the level's word. */
  readonly says: string
  /** How it is known to go wrong. */
  readonly breaks: string
  /** The contracts it belongs to: `session/1`. */
  readonly contracts: readonly string[]
  /** Part of the release gate. */
  readonly p0: boolean
  /** Why no check covers it, where none shall. */
  readonly excluded?: string
}

/** Declares a list of requirements. Throws a TypeError where an id stands twice. */
export function requirements(rows: readonly Requirement[]): readonly Requirement[] {
  const seen = new Set<string>()
  for (const { id } of rows) {
    if (seen.has(id)) throw new TypeError(`requirement ${id} stands twice`)
    seen.add(id)
  }
  return rows
}
