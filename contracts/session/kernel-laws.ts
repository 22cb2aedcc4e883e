// What a batch of cells must tell of its kernel: how its states begin and end, and which generation is alive.
import type { StreamEvent } from '../core/grammar.ts'
import type { Law } from '../core/law.ts'
import { resultOf } from './result-laws.ts'

/** The kernel is busy from the first event of the batch on, and idle or dead when it completes. */
export const statesFrame: Law = {
  id: 'states-frame',
  says: 'the first `kernel_status` is `busy`; the last before `complete` is `idle` or `dead`',
  watch() {
    let last: unknown
    return {
      see({ state, type }) {
        if (type === 'kernel_status') {
          const first = last === undefined
          last = state
          if (first && state !== 'busy')
            return { expected: 'a first kernel_status `busy`', received: JSON.stringify(state) }
        }
        if (type === 'complete' && last !== 'idle' && last !== 'dead')
          return { expected: 'kernel_status `idle` or `dead` before `complete`', received: JSON.stringify(last) }
        return undefined
      },
      may: ({ type }) => type !== 'complete' || last === 'idle' || last === 'dead',
      mend({ state, type }) {
        if (type !== 'kernel_status') return {}
        if (last === undefined) return { state: 'busy' }
        if (last === 'dead') return { state: 'dead' }
        // Where every other status were the last of its kernel, hardly a cell would run.
        return state === 'dead' && last !== 'restarting' ? { state: 'idle' } : {}
      },
    }
  },
}

/** A generation lasts until its end is told, by a status or by what became of a cell; every cell says in which it ran. */
export const generationsFollow: Law = {
  id: 'generations-follow',
  says: '`generation` never falls, grows only where the end of the one before was told, and has grown when the kernel is `idle` or `busy` after `restarting` or `dead`, which carry the one that ends; a result carries the one of its cell',
  watch() {
    let current: number | undefined
    /** A status said that the current generation ended. */
    let ended = false
    /** A cell said that it ended, or that it may have. */
    let mayHaveEnded = false
    return {
      see(event) {
        mayHaveEnded ||= endedWithKernel(event)
        if (event.type === 'cell_complete') {
          const { kernel_generation: received } = resultOf(event)
          return received === current
            ? undefined
            : { expected: `result.kernel_generation ${current}`, received: String(received) }
        }
        if (event.type !== 'kernel_status') return undefined
        const before = current
        const { state } = event
        const generation = Number(event['generation'])
        const mustGrow = ended && (state === 'idle' || state === 'busy')
        // What only begins to end is still the old one.
        const mayGrow = ended || (mayHaveEnded && !ends(state))
        current = generation
        if (generation !== before) mayHaveEnded = false
        ended = ends(state) || (ended && generation === before)
        if (before === undefined || (generation === before ? !mustGrow : mayGrow && generation > before))
          return undefined
        const expected = mustGrow ? `after ${before}` : mayGrow ? `${before} or a later one` : `${before}`
        return { expected: `generation ${expected} with \`${String(state)}\``, received: String(generation) }
      },
      mend(event) {
        if (current === undefined) return {}
        if (event.type === 'kernel_status')
          return { generation: ended && !ends(event['state']) ? current + 1 : current }
        if (event.type === 'cell_complete') return { result: { ...resultOf(event), kernel_generation: current } }
        return {}
      },
    }
  },
}

/** Everything that waits for a generation ends with it: none of it runs in the next one. */
export const generationEndsItsCells: Law = {
  id: 'generation-ends-its-cells',
  says: 'no cell starts after `restarting`, `dead` or a result that is `lost`; where a cell was lost or skipped with its kernel, `complete` finds the kernel `dead` or in a later generation',
  watch() {
    let first: number | undefined
    let last: { readonly state: unknown; readonly generation: number } | undefined
    /** Why nothing starts any more. */
    let over: string | undefined
    /** Why the generation of the batch cannot be alive at the end. */
    let gone: string | undefined
    const isAlive = () => last?.generation === first && !ends(last?.state)
    return {
      see(event) {
        const { cell_id: cell, generation, state, type } = event
        if (type === 'cell_start' && over !== undefined)
          return { expected: `no cell to start after ${over}`, received: `\`cell_start\` of cell ${String(cell)}` }
        if (type === 'kernel_status') {
          last = { state, generation: Number(generation) }
          first ??= last.generation
          if (ends(state) || last.generation !== first) over ??= `kernel_status \`${String(state)}\``
        }
        if (type === 'cell_complete' && resultOf(event).status === 'lost') {
          gone ??= `cell ${String(cell)} was lost`
          over ??= gone
        }
        if (type === 'cell_skipped' && wentWithKernel(event))
          gone ??= `cell ${String(cell)} was skipped as ${String(event['reason'])}`
        if (type === 'complete' && gone !== undefined && isAlive())
          return {
            expected: `kernel_status \`dead\` or a generation after ${first} before \`complete\`, since ${gone}`,
            received: `\`${String(last?.state)}\` in generation ${last?.generation}`,
          }
        return undefined
      },
      may({ type }) {
        if (type === 'cell_start') return over === undefined
        return type !== 'complete' || gone === undefined || !isAlive()
      },
    }
  },
}

/** Whether a state ends the generation that it is told of. */
function ends(state: unknown): boolean {
  return state === 'restarting' || state === 'dead'
}

/** Whether a cell ended with its kernel, or by a limit, after which the kernel may be another. */
function endedWithKernel(event: StreamEvent): boolean {
  if (event.type === 'cell_skipped') return wentWithKernel(event)
  if (event.type !== 'cell_complete') return false
  const { status } = resultOf(event)
  return status === 'lost' || status === 'limit'
}

/** Whether a cell was skipped because its kernel went. */
function wentWithKernel({ reason }: StreamEvent): boolean {
  return reason === 'kernel_died' || reason === 'kernel_restarted'
}
