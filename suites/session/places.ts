// Places in the lanes of a sidecar: checks that share it wait their turn here, so that no run of theirs waits there or is refused.
import type { SessionContext } from './context.ts'

export type Free = () => void

interface Line {
  free: number
  readonly size: number
  readonly waiting: { readonly places: number; readonly go: () => void }[]
}

const lines = new WeakMap<object, Line>()

/**
 * Takes so many places at once, or all where there are fewer, as soon as those who came before have theirs. There are as many as
 * `runs.concurrent` says. Whoever holds places never asks for more, so that nobody waits for each other.
 */
export async function takePlaces(
  { capabilities, sidecar }: Pick<SessionContext, 'capabilities' | 'sidecar'>,
  places = 1,
): Promise<Free> {
  const size = capabilities.runs?.concurrent ?? 1
  const line = lines.get(sidecar) ?? { free: size, size, waiting: [] }
  lines.set(sidecar, line)
  const taken = Math.min(places, line.size)
  await new Promise<void>((go) => {
    line.waiting.push({ places: taken, go })
    callNext(line)
  })
  let held = true
  return () => {
    if (!held) return
    held = false
    line.free += taken
    callNext(line)
  }
}

/** In order of arrival: who needs many places is not passed by who needs few. */
function callNext(line: Line): void {
  for (let first = line.waiting[0]; first !== undefined && first.places <= line.free; first = line.waiting[0]) {
    line.waiting.shift()
    line.free -= first.places
    first.go()
  }
}
