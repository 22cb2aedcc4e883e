// Writes one event stream: events on the wire, kept alive while nothing is sent, cut by faults.
// Events that are sent within one turn of the event loop are encoded and written together. That halves what an event costs
// and delays none, since the socket would not be served in between.
import type { ServerResponse } from 'node:http'
import type { Grammar, StreamEvent } from '../../contracts/core/grammar.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'
import type { Send } from './call.ts'

export interface StreamOptions {
  readonly grammar: Grammar
  readonly keepaliveMs: number
  readonly faults: FaultPlan
}

/** Runs `produce` and writes what it sends; the body ends when `produce` does. */
export async function writeStream(
  response: ServerResponse,
  produce: (send: Send) => Promise<void>,
  options: StreamOptions,
): Promise<void> {
  const { grammar, faults } = options
  const encode = faults.frame ?? encodeEvent
  const idle = keepAlive(response, options)
  const batch: StreamEvent[] = []
  const add = (event: StreamEvent) => {
    if (batch.length === 0) process.nextTick(flush)
    batch.push(event)
    if (batch.length >= batchEvents) flush()
  }
  const emit = faults.events?.(add) ?? add
  let draining: Promise<void> | undefined

  try {
    await produce((event) => {
      emit(event)
      return response.writableNeedDrain ? whenDrained() : undefined
    })
  } finally {
    idle.stop()
    flush()
    faults.close(() => response.end())
  }

  /** Whoever sends while the socket takes nothing waits for the same moment. */
  function whenDrained(): Promise<void> {
    draining ??= drained(response).finally(() => {
      draining = undefined
    })
    return draining
  }

  function flush(): void {
    let text = ''
    for (const event of batch) {
      const frame = encode(event, grammar)
      if (typeof frame === 'string' && text.length < batchCharacters) {
        text += frame
      } else {
        put(text)
        put(frame)
        text = ''
      }
    }
    batch.length = 0
    put(text)
  }

  function put(part: string | Uint8Array): void {
    if (part.length === 0 || response.destroyed) return
    response.write(part)
    idle.refresh()
  }
}

/** One server-sent event. JSON escapes CR and LF, so the payload is one `data:` line whatever it holds. */
export function encodeEvent(event: StreamEvent, grammar: Grammar): string {
  const id = grammar.envelope.wireId?.(event)
  const head = id === undefined ? '' : `id: ${id}\n`
  return `${head}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

/** A story that never lets the event loop go on is still written this often. */
const batchEvents = 256
const batchCharacters = 64 * 1024

function keepAlive(response: ServerResponse, { keepaliveMs, faults }: StreamOptions) {
  const timer = setInterval(() => {
    const comment = faults.comment(': keep-alive\n\n')
    if (!response.destroyed && comment !== '') response.write(comment)
  }, keepaliveMs)
  timer.unref()
  return { refresh: () => void timer.refresh(), stop: () => clearInterval(timer) }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
}
