// How a run or a cell ended: the ExecutionResult, with every status and the reasons that belong to it.
import { z } from 'zod'
import { amount, count, identifier } from '../core/primitives.ts'
import { enforcement, limitNames } from './limits.ts'

/** Every status with the reasons that may stand in `exit.reason` beside it. */
export const reasonsByStatus = {
  ok: ['normal'],
  error: ['exception', 'nonzero_exit'],
  limit: ['timeout_wall', 'timeout_cpu', 'memory', 'processes'],
  killed: ['signal'],
  cancelled: ['cancelled_user', 'cancelled_disconnect', 'cancelled_session_ended', 'cancelled_shutdown'],
  lost: ['kernel_died', 'kernel_restarted', 'sidecar_restarted'],
  internal: ['launch_failed', 'internal'],
} as const

export type ExecutionStatus = keyof typeof reasonsByStatus

export type ExitReason = (typeof reasonsByStatus)[ExecutionStatus][number]

/** What one stream printed. Without truncation all of it is in `head`; `bytes_total` counts the raw bytes. */
const Captured = z
  .looseObject({
    head: z.string(),
    tail: z.string(),
    bytes_total: count,
    truncated: z.boolean(),
    invalid_utf8: z.boolean(),
  })
  .meta({ id: 'CapturedOutput' })

/** An exception, as Python names and prints it. */
const ExecutionError = z
  .looseObject({ ename: z.string(), evalue: z.string(), traceback: z.array(z.string()) })
  .meta({ id: 'ExecutionError' })

/** `output_bytes` is not among them: output that passes it is truncated, and ends nothing. */
const PassedLimit = z
  .looseObject({
    name: z.enum(limitNames).exclude(['output_bytes']),
    value: amount,
    observed: amount.nullable(),
    enforcement,
  })
  .meta({ id: 'PassedLimit' })

const Usage = z
  .looseObject({ wall_ms: amount, cpu_ms: amount.nullable(), max_rss_bytes: count.nullable() })
  .meta({ id: 'Usage' })

/** The POSIX name of a signal, such as `SIGKILL`. */
const signalName = z
  .string()
  .regex(/^SIG[A-Z0-9+-]+$/)
  .meta({ examples: ['SIGKILL', 'SIGSEGV'] })

/** The result with this status; a `limit` says which, an exit by a signal says by which, and what ended well left with 0. */
function resultWith<Status extends ExecutionStatus>(status: Status) {
  return z.looseObject({
    execution_id: z.string().min(1),
    session_id: identifier,
    lane: z.enum(['user', 'expert', 'cell']),
    status: z.literal(status),
    exit: z.looseObject({
      code: status === 'ok' ? z.literal([0, null]) : z.int().nullable(),
      signal: status === 'killed' ? signalName : status === 'ok' ? z.null() : signalName.nullable(),
      reason: z.enum(reasonsByStatus[status]),
    }),
    error: status === 'ok' ? z.null() : ExecutionError.nullable(),
    limit: status === 'limit' ? PassedLimit : z.null(),
    usage: Usage,
    stdout: Captured,
    stderr: Captured,
    kernel_generation: count.nullable(),
    execution_count: count.nullable(),
  })
}

export const ExecutionResult = z
  .discriminatedUnion('status', [
    resultWith('ok'),
    resultWith('error'),
    resultWith('limit'),
    resultWith('killed'),
    resultWith('cancelled'),
    resultWith('lost'),
    resultWith('internal'),
  ])
  .meta({ id: 'ExecutionResult' })

export type ExecutionResult = z.infer<typeof ExecutionResult>
