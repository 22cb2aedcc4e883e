// One text for one JSON value, so that files can be compared and hashed: sorted members, two spaces, LF, a last line end.

/** The canonical text of a JSON value. Members that are `undefined` are left out. Lists keep their order. */
export function canonicalJson(value: unknown): string {
  return `${JSON.stringify(value, sortMembers, 2)}\n`
}

/** Whether two JSON values are the same, whatever the order of their members. */
export function sameJson(left: unknown, right: unknown): boolean {
  return canonicalJson(left) === canonicalJson(right)
}

function sortMembers(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
}
