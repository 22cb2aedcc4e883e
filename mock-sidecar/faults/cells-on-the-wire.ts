// What faults of cells do to the events of a batch: change one, leave one out, put one in. Numbers close up behind them.
import type { StreamEvent } from '../../contracts/core/grammar.ts'
import { streamCells } from '../../contracts/session/kernel-operations.ts'
import { type Fault, fault } from './fault.ts'

export const on = [streamCells.id]

/** The parts of an ExecutionResult that faults change. */
export interface CellResult {
  readonly execution_id: string
  readonly status: string
  readonly exit: { readonly code: number | null; readonly signal: string | null; readonly reason: string }
  readonly error: { readonly ename: string } | null
  readonly stdout: { readonly head: string; readonly bytes_total: number; readonly truncated: boolean }
  readonly kernel_generation: number | null
  readonly execution_count: number | null
}

/** Gives events other members, where `change` gives any. */
export function changingEvent(id: string, says: string, change: (event: StreamEvent) => object | undefined): Fault {
  return fault({
    id,
    says,
    on,
    events: (hit) => (event, send) => {
      const changed = change(event)
      if (changed !== undefined) hit()
      send({ ...event, ...changed })
    },
  })
}

/** Gives results other members, where `change` gives any. */
export function changingResult(id: string, says: string, change: (result: CellResult) => object | undefined): Fault {
  return changingEvent(id, says, (event) => {
    const result = event['result'] as CellResult | undefined
    const changed = event.type === 'cell_complete' && result !== undefined ? change(result) : undefined
    return changed === undefined ? undefined : { result: { ...result, ...changed } }
  })
}

/** Leaves out the events that `fits` picks. */
export function leavingOut(id: string, says: string, fits: (event: StreamEvent) => boolean): Fault {
  return fault({
    id,
    says,
    on,
    events: (hit) => {
      let left = 0
      return (event, send) => {
        if (!fits(event)) return send({ ...event, seq: Number(event['seq']) - left })
        hit()
        left += 1
      }
    },
  })
}

/** Sends one more event before or after another; `put` is given the last one of type `known`. */
export function inserting(
  id: string,
  says: string,
  put: (
    event: StreamEvent,
    last: StreamEvent | undefined,
  ) => { before?: StreamEvent | undefined; after?: StreamEvent | undefined },
  known: string,
): Fault {
  return fault({
    id,
    says,
    on,
    events: (hit) => {
      let last: StreamEvent | undefined
      let more = 0
      return (event, send) => {
        const { after, before } = put(event, last)
        const all = [before, event, after].filter((one) => one !== undefined)
        for (const [place, one] of all.entries()) send({ ...one, seq: Number(event['seq']) + more + place })
        more += all.length - 1
        if (all.length > 1) hit()
        if (event.type === known) last = event
      }
    },
  })
}

/** Changes all that cells print to stdout, in events and results alike, where `change` gives another text. */
export function rewritingStdout(change: (text: string, event: StreamEvent) => string): NonNullable<Fault['events']> {
  return (hit) => (event, send) => {
    const output = event['output'] as { output_type?: string; name?: string; text?: string } | undefined
    const result = event['result'] as CellResult | undefined
    if (output?.output_type === 'stream' && output.name === 'stdout') {
      const text = change(output.text ?? '', event)
      if (text !== output.text) hit()
      return send({ ...event, output: { ...output, text } })
    }
    if (result === undefined || result.stdout.truncated) return send(event)
    const head = change(result.stdout.head, event)
    const stdout = { ...result.stdout, head, bytes_total: Buffer.byteLength(head) }
    send({ ...event, result: { ...result, stdout } })
  }
}
