// Counts answers by status and code.

export interface Tally {
  /** Without a status: no answer came. */
  add(status: number | undefined, code: string | undefined): void
  readonly requests: number
  /** `404 SESSION_NOT_FOUND` → how often, sorted. */
  readonly answers: ReadonlyMap<string, number>
}

/** An empty tally. */
export function newTally(): Tally {
  const counts = new Map<string, number>()
  let requests = 0
  return {
    add(status, code) {
      const name = status === undefined ? 'no answer' : [status, code].join(' ').trim()
      counts.set(name, (counts.get(name) ?? 0) + 1)
      requests += 1
    },
    get requests() {
      return requests
    },
    get answers() {
      return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
    },
  }
}
