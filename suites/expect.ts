// What checks say with: an expectation that fails as a verdict, and a positive control.
import { Verdict } from '../harness/verdict.ts'

/** Fails with a verdict unless `holds`. */
export function expectThat(holds: boolean, expected: string, received: string, at?: string): asserts holds {
  if (!holds) throw new Verdict({ expected, received, ...(at === undefined ? {} : { at }) })
}

/** Fails with a verdict unless both are the same JSON value, in whatever order their members stand. */
export function expectSame(received: unknown, expected: unknown, what: string, at?: string): void {
  const [left, right] = [jsonOf(received), jsonOf(expected)]
  expectThat(left === right, `${what} ${clip(right)}`, clip(left), at)
}

/** Runs a step that only shows that there is something to judge: where it fails, the check says so and judges nothing. */
export async function control<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (!(error instanceof Verdict)) throw error
    throw new Verdict({ ...error.facts, control: true })
  }
}

/** The same text for the same JSON value. */
function jsonOf(value: unknown): string {
  const sorted = (_: string, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member
  return JSON.stringify(value, sorted) ?? 'nothing'
}

function clip(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 200)}…${text.slice(-80)} (${text.length} characters)`
}
