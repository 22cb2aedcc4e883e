// What must hold between the cells of a batch: their counts, and why some of them are skipped.
import type { Law } from '../core/law.ts'
import { resultOf } from './result-laws.ts'

/** `execution_count` counts the cells that run, and a result repeats that of its cell. An empty cell may leave the count as it is. */
export const countsFollow: Law = {
  id: 'counts-follow',
  says: '`execution_count` of a `cell_start` is that of the one before or one more; that of a result is that of its `cell_start`, or null',
  watch() {
    let last: number | undefined
    return {
      see(event) {
        if (event.type === 'cell_start') {
          const before = last
          last = Number(event['execution_count'])
          return before === undefined || last === before || last === before + 1
            ? undefined
            : { expected: `execution_count ${before + 1}`, received: String(last) }
        }
        if (event.type !== 'cell_complete') return undefined
        const { execution_count: received } = resultOf(event)
        return received === null || received === last
          ? undefined
          : { expected: `result.execution_count ${last}`, received: String(received) }
      },
      mend(event) {
        if (event.type === 'cell_start' && last !== undefined) return { execution_count: last + 1 }
        if (event.type === 'cell_complete') return { result: { ...resultOf(event), execution_count: last } }
        return {}
      },
    }
  },
}

/** Whatever skips a cell skips the rest of the batch. */
export const skipsFollow: Law = {
  id: 'skips-follow',
  says: 'no cell starts after one that was skipped, and `after_error` comes only after a cell that did not end `ok`',
  watch() {
    let failed = false
    let skipped: string | undefined
    return {
      see(event) {
        const { type } = event
        if (type === 'cell_complete' && resultOf(event).status !== 'ok') failed = true
        if (type === 'cell_start' && skipped !== undefined)
          return {
            expected: `no cell to start after cell ${skipped} was skipped`,
            received: `\`cell_start\` of cell ${String(event['cell_id'])}`,
          }
        if (type !== 'cell_skipped') return undefined
        skipped ??= String(event['cell_id'])
        return event['reason'] === 'after_error' && !failed
          ? { expected: 'a cell that failed before one is skipped as after_error', received: 'none' }
          : undefined
      },
      may: ({ type }) => type !== 'cell_start' || skipped === undefined,
      mend: ({ reason, type }) =>
        type === 'cell_skipped' && reason === 'after_error' && !failed ? { reason: 'cancelled' } : {},
    }
  },
}
