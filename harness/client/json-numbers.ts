// Which numbers of a JSON text its readers cannot rely on: those beyond 2^53−1, and `NaN` and `Infinity`, which are not JSON at all.

/** What the contract says of every number, wherever it stands. */
export const everyNumber = 'numbers that are finite and at most 2^53−1'

/** The first number of a decoded value that is not finite or beyond ±(2^53−1), and where it stands; `undefined`: all are right. */
export function unsafeNumber(value: unknown): string | undefined {
  return isSafe(value, 0) ? undefined : findUnsafe(value, '#')
}

/** The first `NaN`, `Infinity` or `-Infinity` that stands outside the strings of a text that is not JSON. */
export function numberThatIsNone(text: string): string | undefined {
  for (const [token] of text.slice(0, maxLookedAt).matchAll(stringsAndNumbers)) {
    if (!token.startsWith('"')) return token
  }
  return undefined
}

/** A number is a double already: whatever was written beyond 2^53−1 reads as 2^53 or more, and 1e400 as Infinity. */
function isSafe(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER
  if (typeof value !== 'object' || value === null || depth > maxDepth) return true
  for (const member in value) {
    if (!isSafe((value as Record<string, unknown>)[member], depth + 1)) return false
  }
  return true
}

/** Looks again, for the place: only a value that is wrong pays for it. */
function findUnsafe(value: unknown, at: string): string | undefined {
  if (typeof value === 'number') return isSafe(value, 0) ? undefined : `${value} at ${at}`
  if (typeof value !== 'object' || value === null) return undefined
  for (const [member, inner] of Object.entries(value)) {
    if (!isSafe(inner, 0)) return findUnsafe(inner, `${at}/${member}`)
  }
  return undefined
}

/** What is nested deeper is not looked at: the harness must not run out of stack. */
const maxDepth = 1_000

/** Enough of a text to see what is wrong with it. */
const maxLookedAt = 1024 * 1024

const stringsAndNumbers = /"(?:[^"\\]+|\\.)*"?|-?\b(?:NaN|Infinity)\b/gs
