// Ways in which requests around kernels are answered wrongly.
import { setTimeout as pause } from 'node:timers/promises'
import { problem } from '../../contracts/core/problem.ts'
import {
  getKernel,
  interruptKernel,
  resetKernel,
  startKernel,
  stopKernel,
  streamCells,
} from '../../contracts/session/kernel-operations.ts'
import type { Call } from '../server/call.ts'
import { type CellResult, changingEvent } from './cells-on-the-wire.ts'
import { type Fault, fault } from './fault.ts'
import { whenRefused } from './when-refused.ts'

type Body = Readonly<Record<string, unknown>>

/** Changes the Kernel in the good answers of an operation, where `change` gives other members. */
function answering(
  id: string,
  says: string,
  operation: string,
  change: (kernel: Body, status: number) => Body | undefined,
): Fault {
  return fault({
    id,
    says,
    on: [operation],
    body: (text, { status }, hit) => {
      if (status >= 300) return text
      const kernel = JSON.parse(text) as Body
      const changed = change(kernel, status)
      if (changed === undefined) return text
      hit()
      return JSON.stringify({ ...kernel, ...changed })
    },
  })
}

export const startIsAlways201 = fault({
  id: 'kernel.start-is-always-201',
  says: 'Answers 201 where there is a kernel already.',
  on: [startKernel.id],
  head: (head, hit) => {
    if (head.status !== 200) return
    hit()
    head.status = 201
  },
})

export const secondStartIsAnother = answering(
  'kernel.second-start-is-another',
  'Names another kernel when it is started again.',
  startKernel.id,
  (_kernel, status) => (status === 200 ? { kernel_id: `kernel-${crypto.randomUUID()}` } : undefined),
)

export const neverBusy = answering(
  'kernel.never-busy',
  'Calls a kernel idle that runs a cell.',
  getKernel.id,
  ({ state }) => (state === 'busy' ? { state: 'idle' } : undefined),
)

export const staysBusy = answering(
  'kernel.stays-busy',
  'Calls a kernel busy that has run a cell.',
  getKernel.id,
  ({ execution_count: count, state }) => (state === 'idle' && Number(count) > 0 ? { state: 'busy' } : undefined),
)

export const resetRaisesGeneration = answering(
  'kernel.reset-raises-the-generation',
  'Answers a reset with the next generation.',
  resetKernel.id,
  ({ generation }) => ({ generation: Number(generation) + 1 }),
)

/** A kernel that nobody started. */
function madeUp(state = 'idle') {
  return { status: 200, body: { kernel_id: 'made-up', state, generation: 1, execution_count: 0 } }
}

export const startsByItself = fault({
  id: 'kernel.starts-by-itself',
  says: 'Tells of a kernel where none was started.',
  on: [getKernel.id],
  serve: whenRefused('KERNEL_NOT_FOUND', () => madeUp()),
})

export const servesEnded = fault({
  id: 'kernel.serves-ended-sessions',
  says: 'Tells of a kernel of a session that has ended.',
  on: [getKernel.id],
  serve: whenRefused('SESSION_ENDED', () => madeUp('dead')),
})

export const missingIs500 = fault({
  id: 'kernel.missing-is-500',
  says: 'Fails where a session has no kernel.',
  rewrites: (head, text, hit) => {
    if (!text.includes('"code":"KERNEL_NOT_FOUND"')) return text
    hit()
    const replaced = problem('INTERNAL', 'NoneType has no attribute')
    head.status = replaced.status
    return JSON.stringify(replaced)
  },
})

const sessionOf = ({ parameters }: Call) => parameters['session_id'] ?? ''

const started = new Set<string>()

export const stopNeedsKernel = fault({
  id: 'kernel.stop-needs-a-kernel',
  says: 'Answers 404 to the stop of a kernel where there is none.',
  on: [startKernel.id, stopKernel.id],
  serve: async (call, next, hit) => {
    const reply = await next(call)
    const session = sessionOf(call)
    if (call.operation.id === startKernel.id) started.add(session)
    else if (!started.delete(session)) {
      hit()
      return { status: 404, body: problem('KERNEL_NOT_FOUND', 'there is no kernel') }
    }
    return reply
  },
})

const known = new Map<string, unknown>()

export const stopForgetsNothing = fault({
  id: 'kernel.stop-forgets-nothing',
  says: 'Goes on telling of a kernel that was stopped.',
  on: [startKernel.id, getKernel.id],
  serve: async (call, next, hit) => {
    if (call.operation.id === getKernel.id) {
      const isKnown = (call: Call) => known.has(sessionOf(call))
      return whenRefused('KERNEL_NOT_FOUND', (call) => ({ status: 200, body: known.get(sessionOf(call)) }), isKnown)(
        call,
        next,
        hit,
      )
    }
    const reply = await next(call)
    if ('body' in reply) known.set(sessionOf(call), reply.body)
    return reply
  },
})

export const stopHidesDeath = changingEvent(
  'kernel.stop-hides-the-death',
  'Calls a kernel idle in the batch during which it was stopped.',
  (event) => (event.type === 'kernel_status' && event['state'] === 'dead' ? { state: 'idle' } : undefined),
)

export const deadRunsCells = fault({
  id: 'kernel.dead-runs-cells',
  says: 'Takes batches for a kernel that is dead, and skips their cells.',
  on: [streamCells.id],
  serve: whenRefused('KERNEL_DIED', ({ parameters }) => {
    const ids = { session_id: parameters['session_id'] ?? '', batch_id: 'none', ts: new Date().toISOString() }
    return {
      status: 200,
      stream: async (send) => {
        await send({ type: 'start', seq: 1, ...ids })
        await send({ type: 'kernel_status', seq: 2, ...ids, state: 'busy', generation: 1 })
        await send({ type: 'kernel_status', seq: 3, ...ids, state: 'dead', generation: 1 })
        await send({ type: 'complete', seq: 4, ...ids })
      },
    }
  }),
})

const refused = new Set<string>()

export const refusalEndsBatch = fault({
  id: 'kernel.refusal-ends-the-batch',
  says: 'Cancels the batch that runs when it refuses another.',
  on: [streamCells.id, resetKernel.id],
  serve: async (call, next, hit) => {
    try {
      return await next(call)
    } catch (error) {
      hit()
      refused.add(sessionOf(call))
      throw error
    }
  },
  events: () => (event, send) => {
    const result = event['result'] as CellResult | undefined
    if (result === undefined || !refused.has(String(event['session_id']))) return send(event)
    const exit = { ...result.exit, reason: 'cancelled_user' }
    send({ ...event, result: { ...result, status: 'cancelled', exit, error: null } })
  },
})

const interrupting = new Set<string>()

export const refusesSecondInterrupt = fault({
  id: 'kernel.refuses-the-second-interrupt',
  says: 'Takes its time over an interrupt and answers 404 to another meanwhile.',
  on: [interruptKernel.id],
  serve: async (call, next, hit) => {
    const session = sessionOf(call)
    if (interrupting.has(session)) {
      hit()
      return { status: 404, body: problem('KERNEL_NOT_FOUND', 'the kernel is being interrupted') }
    }
    interrupting.add(session)
    await pause(100)
    interrupting.delete(session)
    return next(call)
  },
})
