// JSON that is right by its grammar but that readers understand differently (RFC 7493, "I-JSON"): they may refuse it.

/** Whether readers may differ on `text`, which decodes to `value`. */
export function isOddJson(text: string, value: unknown): boolean {
  return (
    text.startsWith('\ufeff') ||
    depth(text) > 32 ||
    /\\u[dD][89a-fA-F]/.test(text) ||
    hasOddNumber(text) ||
    membersWritten(text) !== membersOf(value)
  )
}

/** How deep brackets go; those inside texts count too, which makes some texts odd that are not. */
function depth(text: string): number {
  let now = 0
  let most = 0
  for (const letter of text) {
    if (letter === '[' || letter === '{') now += 1
    if (letter === ']' || letter === '}') now -= 1
    most = Math.max(most, now)
  }
  return most
}

/** A number that a double does not keep, or whose size some readers bound. */
function hasOddNumber(text: string): boolean {
  return /\d{16}|\d[eE][+-]?\d{3}/.test(text)
}

/** How many members the text writes: a text in quotation marks before a colon is a name. */
function membersWritten(text: string): number {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length
}

/** How many members are left; one that comes twice counts once. Without calling itself, since the value may be deep. */
function membersOf(value: unknown): number {
  let members = 0
  for (const open = [value]; open.length > 0; ) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    const inner: unknown[] = Array.isArray(next) ? next : Object.values(next)
    if (!Array.isArray(next)) members += inner.length
    for (const item of inner) open.push(item)
  }
  return members
}
