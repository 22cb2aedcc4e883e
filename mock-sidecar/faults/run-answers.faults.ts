// Ways in which requests around runs are answered wrongly: what is refused, what a run has come to, its log, its cancel.
import type { StreamEvent } from '../../contracts/core/grammar.ts'
import { problem } from '../../contracts/core/problem.ts'
import { cancelRun, getRun, logRun, streamRun } from '../../contracts/session/run-operations.ts'
import type { Call, Reply } from '../server/call.ts'
import { type Fault, fault } from './fault.ts'
import { whenRefused } from './when-refused.ts'

/** A stream that says that it began and that it failed. */
function failedStream({ parameters }: Call, error: unknown): Reply {
  const ids = { session_id: parameters['session_id'] ?? '', run_id: 'none', ts: new Date().toISOString() }
  return {
    status: 200,
    stream: async (send) => {
      await send({ type: 'start', seq: 1, ...ids })
      await send({ type: 'error', seq: 2, ...ids, error })
    },
  }
}

export const refusesInsideStream = fault({
  id: 'run.refuses-inside-the-stream',
  says: 'Answers 200 and an `error` event to a run of an expert who is not there.',
  on: [streamRun.id],
  serve: whenRefused('EXPERT_NOT_FOUND', failedStream),
})

export const refusesToolsInsideStream = fault({
  id: 'run.refuses-tools-inside-the-stream',
  says: 'Answers 200 and an `error` event to a run that asks for a tool that is not allowed.',
  on: [streamRun.id],
  serve: whenRefused('TOOL_NOT_ALLOWED', failedStream),
})

export const duplicateWithoutId = fault({
  id: 'run.duplicate-without-run-id',
  says: 'Refuses a repeated run without saying which run it began.',
  on: [streamRun.id],
  body: (text, _head, hit) => {
    if (!text.includes('DUPLICATE_REQUEST')) return text
    hit()
    const { context: _context, ...rest } = JSON.parse(text) as Record<string, unknown>
    return JSON.stringify(rest)
  },
})

export const mismatchIsDuplicate = fault({
  id: 'run.mismatch-is-duplicate',
  says: 'Calls a repeated client_run_id with another body a duplicate.',
  on: [streamRun.id],
  serve: whenRefused('IDEMPOTENCY_MISMATCH', () => ({
    status: 409,
    body: problem('DUPLICATE_REQUEST', 'this run was already taken', { context: { run_id: 'unknown' } }),
  })),
})

export const pointsAtNothing = fault({
  id: 'run.points-at-the-body',
  says: 'Points at the whole body where an expert is missing or a limit is too high.',
  on: [streamRun.id],
  body: (text, _head, hit) => {
    const changed = text.replaceAll(/"pointer":"#\/(expert_id|limits\/\w+)"/g, '"pointer":"#"')
    if (changed !== text) hit()
    return changed
  },
})

/** Changes the body of every good answer of an operation. */
function answering(id: string, says: string, on: string, change: (body: Body) => Body | undefined): Fault {
  return fault({
    id,
    says,
    on: [on],
    body: (text, { status }, hit) => {
      const changed = status === 200 ? change(JSON.parse(text) as Body) : undefined
      if (changed === undefined) return text
      hit()
      return JSON.stringify(changed)
    },
  })
}

type Body = Readonly<Record<string, unknown>>

export const neverFinished = answering(
  'run.never-finished',
  'Calls a run that has ended `running`.',
  getRun.id,
  (body) => (body['state'] === 'finished' ? { ...body, state: 'running', result: null } : undefined),
)

export const queuedIsRunning = answering(
  'run.queued-is-running',
  'Calls a run that waits `running`.',
  getRun.id,
  (body) => (body['state'] === 'queued' ? { ...body, state: 'running' } : undefined),
)

export const runningIsQueued = answering(
  'run.running-is-queued',
  'Calls a run that runs `queued`.',
  getRun.id,
  (body) => (body['state'] === 'running' ? { ...body, state: 'queued' } : undefined),
)

export const resultChanges = answering(
  'run.tells-another-result',
  'Gives another result when it is asked again than in the stream.',
  getRun.id,
  (body) => {
    const result = body['result'] as { usage: { wall_ms: number } } | null
    return result === null
      ? undefined
      : { ...body, result: { ...result, usage: { ...result.usage, wall_ms: result.usage.wall_ms + 1 } } }
  },
)

interface LogRecord {
  readonly event: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** Changes the records of a log, where `change` gives others. */
function logging(
  id: string,
  says: string,
  change: (records: readonly LogRecord[]) => readonly LogRecord[] | undefined,
) {
  return answering(id, says, logRun.id, (body) => {
    const records = change(body['records'] as readonly LogRecord[])
    return records === undefined ? undefined : { ...body, records }
  })
}

export const logWithoutEnd = logging('run.logs-no-end', 'Leaves the end out of the log of a run.', (records) =>
  records.filter(({ event }) => event !== 'finished'),
)
export const logsTwice = logging('run.logs-its-start-twice', 'Logs the start of a run twice.', (records) =>
  records.flatMap((record) => (record.event === 'started' ? [record, record] : [record])),
)
export const logsNothing = logging('run.logs-no-reason', 'Logs ends without their reason.', (records) =>
  records.map(({ fields: { reason: _reason, ...fields }, ...record }) => ({ ...record, fields })),
)

const code = new Map<string, string>()

export const logsCode = fault({
  id: 'run.logs-the-code',
  says: 'Writes the code into the log of its run.',
  on: [streamRun.id, logRun.id],
  serve: async (call, next, hit) => {
    const reply = await next(call)
    const { session_id: session = '' } = call.parameters
    if (call.operation.id === streamRun.id) code.set(session, (call.body as { code: string }).code)
    const { records = [] } = ('body' in reply ? reply.body : {}) as { records?: readonly LogRecord[] }
    if (call.operation.id !== logRun.id || records.length === 0) return reply
    hit()
    const told = records.map(({ fields, ...record }) => ({ ...record, fields: { ...fields, code: code.get(session) } }))
    return { ...reply, body: { ...('body' in reply ? (reply.body as object) : {}), records: told } }
  },
})

export const logsOnlySuccess = fault({
  id: 'run.logs-no-killed-runs',
  says: 'Leaves the end of a run out of its log where it did not end by itself.',
  on: [logRun.id],
  body: (text, { status }, hit) => {
    if (status !== 200 || !/"(limit|killed|cancelled)"/.test(text)) return text
    hit()
    const body = JSON.parse(text) as { records: readonly LogRecord[] }
    return JSON.stringify({ ...body, records: body.records.filter(({ event }) => event !== 'finished') })
  },
})

export const cancelsUnknown = fault({
  id: 'run.cancels-unknown',
  says: 'Answers 202 to the cancel of a run that never was.',
  on: [cancelRun.id],
  serve: whenRefused('RUN_NOT_FOUND', () => ({ status: 202 })),
})

const cancelled = new Set<string>()

export const refusesSecondCancel = fault({
  id: 'run.refuses-the-second-cancel',
  says: 'Answers the second cancel of a run with 404.',
  on: [cancelRun.id],
  serve: (call, next, hit) => {
    const { run_id: id = '' } = call.parameters
    if (!cancelled.has(id)) {
      cancelled.add(id)
      return next(call)
    }
    hit()
    return next({ ...call, parameters: { ...call.parameters, run_id: 'gone' } })
  },
})

/** Changes the `error` of a cancelled run. */
function ofCancelled(id: string, says: string, change: (event: StreamEvent) => StreamEvent): Fault {
  return fault({
    id,
    says,
    on: [streamRun.id],
    events: (hit) => (event, send) => {
      const { code } = (event['error'] ?? {}) as { code?: string }
      if (event.type !== 'error' || code !== 'CANCELLED') return send(event)
      hit()
      send(change(event))
    },
  })
}

export const cancelledIsSuccess = ofCancelled(
  'run.cancelled-is-success',
  'Ends a cancelled run with `complete`.',
  ({ error: _error, ...event }) => ({ ...event, type: 'complete' }),
)

export const cancelledWithoutReason = ofCancelled(
  'run.cancel-hides-its-reason',
  'Ends a cancelled run without saying why.',
  (event) => {
    const { context: _context, ...error } = event['error'] as { context?: unknown }
    return { ...event, error }
  },
)

export const cancelledWithoutResult = fault({
  id: 'run.cancelled-without-a-result',
  says: 'Ends a cancelled run without its result.',
  on: [streamRun.id],
  events: (hit) => {
    let left = 0
    return (event, send) => {
      const { status } = (event['result'] ?? {}) as { status?: string }
      if (event.type === 'run_complete' && status === 'cancelled') {
        hit()
        left = 1
      } else send({ ...event, seq: Number(event['seq']) - left })
    }
  },
})

const refusedIds = new Set<string>()

export const remembersRefused = fault({
  id: 'run.remembers-the-refused',
  says: 'Counts a client_run_id as used although its request was refused.',
  on: [streamRun.id],
  serve: async (call, next, hit) => {
    const { client_run_id: id } = call.body as { client_run_id?: string }
    if (id !== undefined && refusedIds.has(id)) {
      hit()
      return { status: 409, body: problem('DUPLICATE_REQUEST', 'it came before', { context: { run_id: 'none' } }) }
    }
    try {
      return await next(call)
    } catch (error) {
      const { code = '' } = (error as { problem?: { code: string } }).problem ?? {}
      // One that was taken before is remembered rightly.
      if (id !== undefined && !['DUPLICATE_REQUEST', 'IDEMPOTENCY_MISMATCH'].includes(code)) refusedIds.add(id)
      throw error
    }
  },
})
