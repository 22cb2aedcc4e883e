// What the harness tells its guardian, one JSON object a line.

export type GuardMessage =
  /** `startTime` is null while the system has not told it; the same pid is then sent again. */
  { guard: { pid: number; startTime: number | null } } | { release: { pid: number } }

export function encodeGuardMessage(message: GuardMessage): string {
  return `${JSON.stringify(message)}\n`
}

/** null for a line that is not one: the harness may die in the middle of writing it. */
export function decodeGuardMessage(line: string): GuardMessage | null {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
