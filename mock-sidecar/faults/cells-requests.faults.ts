// Ways in which batches are taken or refused wrongly.
import { problem } from '../../contracts/core/problem.ts'
import { on } from './cells-on-the-wire.ts'
import { fault } from './fault.ts'

export const runsOnAfterError = fault({
  id: 'cells.run-on-after-error',
  says: 'Runs the cells after one that failed.',
  execution: ['stopsOnError'],
})

export const neverRunsOn = fault({
  id: 'cells.never-run-on',
  says: 'Stops after a cell that failed, although it was told to go on.',
  on,
  serve: (call, next, hit) => {
    const body = call.body as { stop_on_error?: boolean }
    if (body.stop_on_error !== false) return next(call)
    hit()
    return next({ ...call, body: { ...body, stop_on_error: true } })
  },
})

export const refusesEmpty = fault({
  id: 'cells.refuse-an-empty-batch',
  says: 'Refuses a batch without cells.',
  on,
  serve: async (call, next, hit) => {
    const reply = await next(call)
    const { cells } = call.body as { cells: readonly unknown[] }
    if (cells.length > 0 || !('stream' in reply)) return reply
    // The batch is played to nobody, so that it does not stay open in the kernel.
    await reply.stream(() => undefined)
    hit()
    return { status: 422, body: problem('VALIDATION_FAILED', 'there are no cells', { errors: pointing('#/cells') }) }
  },
})

function pointing(pointer: string) {
  return [{ detail: 'must not be empty', pointer }]
}

export const takesTwins = fault({
  id: 'cells.take-twins',
  says: 'Takes a batch that names two cells alike.',
  execution: ['refusesTwins'],
})

export const twinsWithoutPointer = fault({
  id: 'cells.refuse-twins-without-pointer',
  says: 'Points at the whole body where two cells are named alike.',
  on,
  body: (text, { status }, hit) => {
    const changed = status === 422 ? text.replaceAll(/"pointer":"#\/cells\/\d+\/cell_id"/g, '"pointer":"#"') : text
    if (changed !== text) hit()
    return changed
  },
})
