// The record of one call of the model: what was asked, and when what was answered.
import type { IncomingHttpHeaders } from 'node:http'

/**
 * How a call ended. `finished`: the whole answer was handed to the operating system. `client-disconnected`: the client
 * left before that. `aborted-by-script`: a `disconnect` or `endEarly` step. `server-closed`: the model server was closed.
 */
export type CallEnding = 'finished' | 'client-disconnected' | 'aborted-by-script' | 'server-closed'

/** One call. Times are `performance.now()`, in milliseconds. The record grows while the call lasts. */
export interface ModelCall {
  /** When the whole request had arrived. */
  readonly receivedAtMs: number
  readonly method: string
  /** Without its query. */
  readonly path: string
  /** Names in lower case; credentials are replaced by `[redacted]`. */
  readonly headers: Readonly<Record<string, string>>
  /** The body as parsed JSON; undefined where there was none, or no JSON. */
  readonly body: unknown
  /** Whether the client asked for a stream. */
  readonly streaming: boolean
  /** The marker of the script that answered; undefined for the default reply and for everything else. */
  readonly marker: string | undefined
  /** The answer's HTTP status, once its headers are out. */
  readonly status: number | undefined
  readonly firstByteAtMs: number | undefined
  /** The chunks that have been handed to the operating system; of an answer that is not streamed none. */
  readonly chunks: readonly WrittenChunk[]
  readonly ending: CallEnding | undefined
  readonly endedAtMs: number | undefined
  /** Resolves when the call has ended; never rejects. */
  readonly ended: Promise<CallEnding>
}

export interface WrittenChunk {
  /** Just before its last byte was written, so that no reader can have seen it earlier. */
  readonly atMs: number
  readonly bytes: number
  /** The words in it; empty for chunks that carry none. */
  readonly says: string
}

export interface CallRecorder {
  readonly call: ModelCall
  headersSent(status: number): void
  chunkWritten(chunk: WrittenChunk): void
  /** The first ending counts. */
  end(ending: CallEnding): void
}

/** What is known of a call when it arrives. */
export type Asked = Pick<ModelCall, 'method' | 'path' | 'headers' | 'body' | 'streaming' | 'marker'>

/** Opens the record of a call that has just arrived. */
export function recordCall(asked: Asked): CallRecorder {
  const ended = Promise.withResolvers<CallEnding>()
  const chunks: WrittenChunk[] = []
  const call: { -readonly [K in keyof ModelCall]: ModelCall[K] } = {
    receivedAtMs: performance.now(),
    ...asked,
    status: undefined,
    firstByteAtMs: undefined,
    chunks,
    ending: undefined,
    endedAtMs: undefined,
    ended: ended.promise,
  }
  return {
    call,
    headersSent(status) {
      call.status = status
      call.firstByteAtMs = performance.now()
    },
    chunkWritten: (chunk) => chunks.push(chunk),
    end(ending) {
      if (call.ending !== undefined) return
      call.ending = ending
      call.endedAtMs = performance.now()
      ended.resolve(ending)
    },
  }
}

/** The headers with the authorization, and the key wherever else it stands, replaced. */
export function redactedHeaders(headers: IncomingHttpHeaders, apiKey: string): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => {
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '')
    return [
      name,
      name === 'authorization' ? text.replace(/^(\S+\s+)?.*$/s, '$1[redacted]') : text.replaceAll(apiKey, '[redacted]'),
    ]
  })
  return Object.fromEntries(entries)
}
