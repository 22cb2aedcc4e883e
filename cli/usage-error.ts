// A mistake of whoever called: told in one line, exit code 2.

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** `text`, or what comes nearest to it among `known`, for "did you mean". */
export function nearest(text: string, known: readonly string[]): string | undefined {
  const scored = known.map((name) => ({ name, distance: distance(text, name) })).sort((a, b) => a.distance - b.distance)
  const [best] = scored
  return best !== undefined && best.distance <= Math.max(3, text.length / 2) ? best.name : undefined
}

/** Levenshtein's distance. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, place) => place)
  for (const [place, letter] of [...from].entries()) {
    const next = [place + 1]
    for (const [at, other] of [...to].entries()) {
      const change = (row[at] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(change, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
