// What a run of Schemathesis says in its last lines.

export interface Summary {
  /** Requests that were made up, sent and judged. */
  readonly cases: number
  /** Kinds of failures with their numbers: `ST105 Undocumented Content-Type: 3`. */
  readonly failures: readonly string[]
}

/** Reads the summary of an output; without one no case was judged. */
export function readSummary(output: string): Summary {
  const [, cases = '0'] = /^Test cases:\s+(\d+) generated/m.exec(output) ?? []
  const failures = [...output.matchAll(/^\s*❌ (ST\d+ .*)$/gm)].map(([, failure = '']) => failure)
  return { cases: Number(cases), failures }
}
