// Makes an ExecutionResult of what was played.
import type { ExecutionResult } from '../../contracts/session/execution-result.ts'
import type { Captured } from './capture.ts'
import type { Ending } from './fate.ts'
import type { Played } from './play.ts'

export type Place = Pick<
  ExecutionResult,
  'execution_id' | 'session_id' | 'lane' | 'kernel_generation' | 'execution_count'
>

/** The result of what was played; without it, of what never began. */
export function resultOf(place: Place, ending: Ending, played: Partial<Played> = {}): ExecutionResult {
  const { burnsCpu, code = null, error = null, limit, maxRssBytes = null, reason, signal = null, status } = ending
  const wallMs = Math.round(played.wallMs ?? 0)
  const result = {
    ...place,
    status,
    exit: { code, signal, reason },
    error,
    limit: limit === undefined ? null : { ...limit, enforcement: 'watchdog' },
    usage: { wall_ms: wallMs, cpu_ms: burnsCpu ? wallMs : null, max_rss_bytes: maxRssBytes },
    stdout: outputOf(played.stdout),
    stderr: outputOf(played.stderr),
  }
  // Which reasons belong to which status the type cannot follow; the mock judges what it sends.
  return result as ExecutionResult
}

function outputOf({
  bytesTotal,
  droppedBytes,
  head,
  invalidUtf8,
  tail,
}: Captured = nothing): ExecutionResult['stdout'] {
  return { head, tail, bytes_total: bytesTotal, truncated: droppedBytes > 0, invalid_utf8: invalidUtf8 }
}

const nothing: Captured = { head: '', tail: '', bytesTotal: 0, droppedBytes: 0, invalidUtf8: false }
