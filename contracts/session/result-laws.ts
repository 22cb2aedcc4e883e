// What a result must say of the stream that it ends, and of its own ending, where JSON Schema cannot say it.
import type { StreamEvent } from '../core/grammar.ts'
import type { Law } from '../core/law.ts'
import { problem } from '../core/problem.ts'
import type { ExecutionResult, ExitReason } from './execution-result.ts'

export function resultOf(event: StreamEvent): ExecutionResult {
  return event['result'] as ExecutionResult
}

export interface Belonging {
  readonly lanes: readonly [ExecutionResult['lane'], ...ExecutionResult['lane'][]]
  /** The `execution_id` of a result, said as a sentence and as a function. Default: free. */
  readonly execution?: { readonly says: string; readonly of: (event: StreamEvent) => string }
  /** Reasons for which no such stream can tell a result. */
  readonly never: readonly ExitReason[]
}

/** A result is one of this stream: its session, its lane, its name, and an ending that such a stream can see. */
export function resultBelongs(closes: string, { execution, lanes, never }: Belonging): Law {
  const members = (event: StreamEvent): [string, unknown, readonly unknown[]][] => {
    const { execution_id: id, lane, session_id: session } = resultOf(event)
    return [
      ['session_id', session, [event['session_id']]],
      ['lane', lane, lanes],
      ...(execution === undefined
        ? []
        : [['execution_id', id, [execution.of(event)]] satisfies [string, unknown, unknown[]]]),
    ]
  }
  return {
    id: 'result-belongs',
    says: [
      `\`session_id\` of the result of \`${closes}\` is that of the stream, \`lane\` is ${names(lanes)}`,
      ...(execution === undefined ? [] : [`\`execution_id\` is \`${execution.says}\``]),
      `\`reason\` is not ${names(never)}`,
    ].join(', '),
    watch: () => ({
      see(event) {
        if (event.type !== closes) return undefined
        const foreign = members(event).find(([, received, right]) => !right.includes(received))
        if (foreign !== undefined) {
          const [member, received, right] = foreign
          const expected = right.map((value) => JSON.stringify(value)).join(' or ')
          return { expected: `result.${member} ${expected}`, received: JSON.stringify(received) }
        }
        const { reason } = resultOf(event).exit
        return never.includes(reason)
          ? {
              expected: `no result.exit.reason ${names(never)} in a stream of lane ${names(lanes)}`,
              received: JSON.stringify(reason),
            }
          : undefined
      },
      mend(event) {
        if (event.type !== closes) return {}
        const result = resultOf(event)
        const lane = lanes.includes(result.lane) ? result.lane : lanes[0]
        const named = execution === undefined ? {} : { execution_id: execution.of(event) }
        const ending = never.includes(result.exit.reason) ? endedOk : {}
        return { result: { ...result, ...ending, ...named, lane, session_id: event['session_id'] } }
      },
    }),
  }
}

/** The limit that was passed is the one that the reason names, an exception is told, and an exit code that is no zero is there. */
export function endingAgrees(closes: string): Law {
  return {
    id: 'ending-agrees',
    says: `in the result of \`${closes}\`, \`limit\` is the one of the reason, \`error\` is there with \`exception\`, and a code other than 0 with \`nonzero_exit\`; a cell that ended \`ok\` or in an \`error\` has no code and no signal`,
    watch: () => ({
      see(event) {
        if (event.type !== closes) return undefined
        const { error, exit, limit, status } = resultOf(event)
        const { code, reason, signal } = exit
        const name = limitOf[reason]
        if (name !== undefined && limit?.name !== name)
          return {
            expected: `result.limit.name ${name} with ${reason}`,
            received: JSON.stringify(limit?.name) ?? 'none',
          }
        if (reason === 'exception' && error === null)
          return { expected: 'result.error with exception', received: 'null' }
        if (reason === 'nonzero_exit' && (code === null || code === 0))
          return { expected: 'a result.exit.code other than 0 with nonzero_exit', received: String(code) }
        if (hasLivingKernel(resultOf(event)) && (code !== null || signal !== null))
          return {
            expected: `result.exit without code and signal for a cell that ended ${status}`,
            received: JSON.stringify(exit),
          }
        return undefined
      },
      mend: (event) => (event.type === closes ? { result: agreeing(resultOf(event)) } : {}),
    }),
  }
}

/** A generated result, changed so that its ending agrees. */
function agreeing(result: ExecutionResult): object {
  const { exit, limit } = result
  const name = limitOf[exit.reason]
  if (name !== undefined) return { ...result, limit: { ...limit, name } }
  if (exit.reason === 'nonzero_exit') return { ...result, exit: { ...exit, code: 1 } }
  return {
    ...result,
    ...(exit.reason === 'exception' ? { error: result.error ?? anyError } : {}),
    ...(hasLivingKernel(result) ? { exit: { ...exit, code: null, signal: null } } : {}),
  }
}

/** Whether it is the result of a cell that left its kernel alive. */
function hasLivingKernel({ lane, status }: ExecutionResult): boolean {
  return lane === 'cell' && (status === 'ok' || status === 'error')
}

const limitOf: Partial<Record<ExitReason, string>> = {
  timeout_wall: 'wall_ms',
  timeout_cpu: 'cpu_ms',
  memory: 'memory_bytes',
  processes: 'processes',
}

export interface CancelOptions {
  /** The reasons that end the whole stream. */
  readonly reasons: readonly ExitReason[]
  /** Whether the result comes before the `error` in any case. */
  readonly resultFirst: boolean
}

/** Whoever cancels a stream ends it with `error`, code CANCELLED: never with `complete`. */
export function cancelIsTold(closes: string, { reasons, resultFirst }: CancelOptions): Law {
  return {
    id: 'cancel-is-told',
    says: `after a result of \`${closes}\` with ${names(reasons)} no \`complete\` comes${resultFirst ? `; \`error\` with CANCELLED comes after \`${closes}\`` : ''}`,
    watch() {
      let results = 0
      let cancelled: ExitReason | undefined
      const isEarly = (event: StreamEvent) => resultFirst && results === 0 && isCancel(event)
      return {
        see(event) {
          if (event.type === closes) {
            results += 1
            const { reason } = resultOf(event).exit
            if (reasons.includes(reason)) cancelled = reason
          }
          if (event.type === 'complete' && cancelled !== undefined)
            return { expected: `\`error\` with CANCELLED after a result with ${cancelled}`, received: '`complete`' }
          return isEarly(event)
            ? { expected: `\`${closes}\` before \`error\` with CANCELLED`, received: '`error` without a result' }
            : undefined
        },
        // Which end will be generated is not known yet: the result must fit either.
        mend(event) {
          if (event.type === closes && reasons.includes(resultOf(event).exit.reason))
            return { result: { ...resultOf(event), ...endedOk } }
          return isEarly(event) ? { error: problem('INTERNAL', 'Made up.') } : {}
        },
      }
    },
  }
}

function isCancel({ error, type }: StreamEvent): boolean {
  return type === 'error' && (error as { readonly code?: unknown } | undefined)?.code === 'CANCELLED'
}

const anyError = { ename: 'ValueError', evalue: '', traceback: [] }

const endedOk = { status: 'ok', exit: { code: null, signal: null, reason: 'normal' }, error: null, limit: null }

function names(list: readonly string[]): string {
  return list.map((name) => `\`${name}\``).join(' or ')
}
