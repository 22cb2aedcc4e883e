// What a cell displays, and its result: MIME bundles, which count towards `output_bytes` too.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { NotebookOutput } from '../../contracts/session/notebook-output.ts'
import type { Outcome } from '../../fixtures/programs/outcome.ts'
import type { Limits } from './limits.ts'
import type { Keeps } from './rules.ts'
import { fill, type World } from './world.ts'

export interface Screen {
  readonly limits: Limits
  readonly keeps: Keeps
  /** The `execution_count` of the cell. */
  readonly count: number
  readonly stopped: AbortSignal
  readonly output: (output: NotebookOutput) => void
  /** So many bytes were not shown; told once, after what was shown. */
  readonly dropped: (bytes: number) => void
}

/** Shows what an outcome displays, up to the limit; what is beyond it is counted and dropped. */
export function showing({ count, dropped, keeps, limits, output, stopped }: Screen) {
  return async (outcome: Outcome, world: World): Promise<void> => {
    let shownBytes = 0
    let droppedBytes = 0
    let isWhole: boolean | undefined
    let outputs = 0
    for (const shown of outputsOf(outcome, world, count)) {
      const bytes = Buffer.byteLength(JSON.stringify(shown.data))
      const isOver = droppedBytes > 0 || shownBytes + bytes > limits.output_bytes
      if (isOver) isWhole ??= !keeps('truncatesDisplays')
      if (isOver && !isWhole) {
        droppedBytes += bytes
      } else {
        shownBytes += bytes
        output(shown)
      }
      outputs += 1
      // A flood lets others go on, and can be stopped.
      if (outputs % 256 === 0) await nextTurn()
      if (stopped.aborted) break
    }
    if (droppedBytes > 0) dropped(droppedBytes)
  }
}

type Shown = Extract<NotebookOutput, { readonly data: unknown }>

function* outputsOf(
  { displays = [], displaysTimes = 1, result }: Outcome,
  world: World,
  count: number,
): Generator<Shown> {
  for (let time = 0; time < displaysTimes; time += 1) {
    for (const data of displays) yield { output_type: 'display_data', data: data as Shown['data'], metadata: {} }
  }
  if (result === undefined) return
  const data = { 'text/plain': fill(result, world) }
  yield { output_type: 'execute_result', data, metadata: {}, execution_count: count }
}
