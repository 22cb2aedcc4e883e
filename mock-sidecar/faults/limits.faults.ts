// Ways in which limits fail, and output over its limit is treated wrongly.
import { streamRun } from '../../contracts/session/run-operations.ts'
import { fault } from './fault.ts'

export const ignoresWall = fault({
  id: 'limits.ignore-wall',
  says: 'Ends nothing that passes `wall_ms`.',
  execution: ['enforcesWall'],
})

export const ignoresCpu = fault({
  id: 'limits.ignore-cpu',
  says: 'Ends nothing that passes `cpu_ms`.',
  execution: ['enforcesCpu'],
})

export const ignoresMemory = fault({
  id: 'limits.ignore-memory',
  says: 'Lets code take more than `memory_bytes`.',
  execution: ['enforcesMemory'],
})

export const ignoresProcesses = fault({
  id: 'limits.ignore-processes',
  says: 'Lets code start more than `processes`.',
  execution: ['enforcesProcesses'],
})

export const takesAny = fault({
  id: 'limits.take-any',
  says: 'Takes limits above their `max`.',
  execution: ['checksMaxima'],
})

export const endsTooEarly = fault({
  id: 'limits.end-too-early',
  says: 'Ends runs after half of their `wall_ms`, as whoever takes one unit for another.',
  on: [streamRun.id],
  serve: (call, next, hit) => {
    const body = call.body as { limits?: { wall_ms?: number } }
    const { wall_ms: wallMs } = body.limits ?? {}
    if (wallMs === undefined) return next(call)
    hit()
    return next({ ...call, body: { ...body, limits: { ...body.limits, wall_ms: Math.ceil(wallMs / 2) } } })
  },
})

export const neverTruncates = fault({
  id: 'limits.never-truncate',
  says: 'Sends and keeps output whole, whatever its limit.',
  execution: ['truncates'],
})

export const losesTail = fault({
  id: 'limits.lose-the-tail',
  says: 'Keeps nothing but the beginning of output that is too long.',
  execution: ['keepsTail'],
})

export const countsKept = fault({
  id: 'limits.count-what-is-kept',
  says: 'Counts what is kept of output that is too long.',
  execution: ['countsRawBytes'],
})

export const cutsCharacters = fault({
  id: 'limits.cut-characters',
  says: 'Cuts output that is too long in the middle of a character.',
  execution: ['cutsBetweenCharacters'],
})

export const hidesInvalidBytes = fault({
  id: 'limits.hide-invalid-bytes',
  says: 'Does not say that bytes were no UTF-8.',
  execution: ['flagsInvalidBytes'],
})

export const killsTalkers = fault({
  id: 'limits.kill-who-prints-much',
  says: 'Kills code that prints more than `output_bytes`.',
  execution: ['survivesOutput'],
})
