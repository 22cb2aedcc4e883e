// Ways in which a batch of cells goes wrong on the wire: the derived ones of its grammar, its order, its numbers, its ends.
import type { StreamEvent } from '../../contracts/core/grammar.ts'
import { problem } from '../../contracts/core/problem.ts'
import { streamCells } from '../../contracts/session/kernel-operations.ts'
import { type CellResult, changingEvent, changingResult, inserting, leavingOut, on } from './cells-on-the-wire.ts'
import { type Fault, fault } from './fault.ts'
import { streamFaults } from './stream-faults.ts'

const startsLateId = 'cells.starts-late'

/** All but the one that holds only the first event back: here the second comes at once. */
export const cellsGrammarFaults: Fault[] = streamFaults(streamCells).filter(({ id }) => id !== startsLateId)

export const startsLate = fault({
  id: startsLateId,
  says: 'Sends nothing until a cell has something to show, or ends.',
  on,
  events: (hit) => {
    const held: StreamEvent[] = []
    let talks = false
    return (event, send) => {
      talks ||= !['start', 'kernel_status', 'cell_start'].includes(event.type)
      held.push(event)
      if (!talks) return hit()
      for (const earlier of held.splice(0)) send(earlier)
    }
  },
})

export const idleBeforeResult = inserting(
  'cells.idle-before-the-result',
  'Tells `idle` before the result of a cell, and again where it belongs.',
  (event, last) => (event.type === 'cell_complete' && last !== undefined ? { before: { ...last, state: 'idle' } } : {}),
  'kernel_status',
)

export const outputAfterResult = inserting(
  'cells.output-after-the-result',
  'Shows the value of a cell again after its result.',
  (event, last) => {
    const isLast = event.type === 'cell_complete' && last?.['cell_id'] === event['cell_id']
    const { output_type: type } = (last?.['output'] ?? {}) as { output_type?: string }
    return isLast && type === 'execute_result' ? { after: last } : {}
  },
  'cell_output',
)

export const forgetsResult = leavingOut(
  'cells.forgets-a-result',
  'Leaves out the result of a cell that raised a ValueError.',
  (event) => event.type === 'cell_complete' && resultIn(event).error?.ename === 'ValueError',
)

export const completesWhileBusy = leavingOut(
  'cells.completes-while-busy',
  'Completes a batch without saying that the kernel is idle.',
  (event) => event.type === 'kernel_status' && event['state'] === 'idle',
)

export const neverBusy = changingEvent('cells.never-busy', 'Begins a batch with `idle`.', (event) =>
  event.type === 'kernel_status' && event['state'] === 'busy' ? { state: 'idle' } : undefined,
)

export const staysBusy = changingEvent('cells.stays-busy', 'Ends a batch with `busy`.', (event) =>
  event.type === 'kernel_status' && event['state'] === 'idle' ? { state: 'busy' } : undefined,
)

export const jumpsGeneration = fault({
  id: 'cells.jumps-a-generation',
  says: 'Raises the generation at the end of a batch in which nothing was restarted.',
  on,
  events: (hit) => {
    let restarted = false
    return (event, send) => {
      restarted ||= event['state'] === 'restarting'
      if (event.type !== 'kernel_status' || event['state'] !== 'idle' || restarted) return send(event)
      hit()
      send({ ...event, generation: Number(event['generation']) + 1 })
    }
  },
})

export const otherGeneration = changingResult(
  'cells.result-of-another-generation',
  'Names in the result of a cell a generation in which it did not run.',
  ({ kernel_generation: generation }) => ({ kernel_generation: Number(generation) + 1 }),
)

export const otherCount = changingResult(
  'cells.result-counts-differently',
  'Gives the result of a cell another count than its start.',
  ({ execution_count: count }) => ({ execution_count: Number(count) + 1 }),
)

export const losesOutput = leavingOut(
  'cells.loses-output',
  'Loses what cells print to stderr; the result has it.',
  (event) => event.type === 'cell_output' && (event['output'] as { name?: string }).name === 'stderr',
)

export const hidesTruncation = changingResult(
  'cells.hides-truncation',
  'Calls output whole in the result that was cut on the way.',
  ({ stdout }) => (stdout.truncated ? { stdout: { ...stdout, truncated: false } } : undefined),
)

export const otherSession = changingResult(
  'cells.result-of-another-session',
  'Names another session in the result of a cell.',
  () => ({ session_id: 'another-session' }),
)

export const nameless = changingResult(
  'cells.execution-without-batch',
  'Names the execution of a cell by its `cell_id` alone.',
  ({ execution_id: id }) => ({ execution_id: id.slice(id.indexOf(':') + 1) }),
)

export const exitEndsKernel = changingResult(
  'cells.exit-ends-the-kernel',
  'Takes SystemExit in a cell for the death of its kernel.',
  ({ error, exit }) =>
    error?.ename === 'SystemExit'
      ? { status: 'lost', exit: { ...exit, reason: 'kernel_died' }, error: null }
      : undefined,
)

export const failureWithoutException = changingResult(
  'cells.failure-without-exception',
  'Does not say in the result what a cell raised.',
  ({ error }) => (error === null ? undefined : { error: null }),
)

export const skipsForAnotherReason = changingEvent(
  'cells.skip-for-another-reason',
  'Calls cells after one that failed `cancelled`.',
  (event) => (event['reason'] === 'after_error' ? { reason: 'cancelled' } : undefined),
)

/** Ends a batch with `error` in place of `complete` where a result in it `fits`. */
function endingBadly(id: string, says: string, fits: (result: CellResult) => boolean): Fault {
  return fault({
    id,
    says,
    on,
    events: (hit) => {
      let seen = false
      return (event, send) => {
        seen ||= event.type === 'cell_complete' && fits(resultIn(event))
        if (event.type !== 'complete' || !seen) return send(event)
        hit()
        send({ ...event, type: 'error', error: problem('INTERNAL', 'a cell did not end well') })
      }
    },
  })
}

export const failureIsTheEnd = endingBadly(
  'cells.failure-is-the-end',
  'Ends a batch with `error` where code failed.',
  ({ status }) => status === 'error',
)

export const cancelledIsError = endingBadly(
  'cells.cancelled-is-an-error',
  'Ends a batch with `error` where a cell was interrupted.',
  ({ status }) => status === 'cancelled',
)

export const lostIsError = endingBadly(
  'cells.lost-is-an-error',
  'Ends a batch with `error` where the kernel was lost.',
  ({ status }) => status === 'lost',
)

export const cancelledCompletes = fault({
  id: 'cells.cancelled-completes',
  says: 'Completes a batch whose session has ended.',
  on,
  events: (hit) => {
    let status: StreamEvent | undefined
    return (event, send) => {
      if (event.type === 'kernel_status') status = event
      const { code } = (event['error'] ?? {}) as { code?: string }
      if (event.type !== 'error' || code !== 'CANCELLED' || status === undefined) return send(event)
      hit()
      const { error: _error, seq, ...rest } = event
      send({ ...status, seq, state: 'dead' })
      send({ ...rest, type: 'complete', seq: Number(seq) + 1 })
    }
  },
})

export const skipsGhost = inserting(
  'cells.skip-a-ghost',
  'Skips a cell that nobody sent before it runs the first.',
  (event, last) => {
    if (event.type !== 'cell_start' || last !== undefined) return {}
    const { execution_count: _count, ...rest } = event
    return { before: { ...rest, type: 'cell_skipped', cell_id: 'ghost', reason: 'after_error' } }
  },
  'cell_start',
)

export const hidesWhyCancelled = changingEvent(
  'cells.hide-why-cancelled',
  'Ends a cancelled batch without saying why.',
  (event) => {
    const { context, ...error } = (event['error'] ?? {}) as { code?: string; context?: object }
    return error.code === 'CANCELLED' && context !== undefined ? { error } : undefined
  },
)

function resultIn(event: StreamEvent): CellResult {
  return event['result'] as CellResult
}
