// Writes one event stream: events on the wire, kept alive while nothing is sent, cut by faults.
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
  let flowing = true

  const write = (event: StreamEvent) => {
    if (response.destroyed) return
    flowing = response.write(encode(event, grammar))
    idle.refresh()
  }
  const emit = faults.events?.(write) ?? write

  try {
    await produce((event) => {
      emit(event)
      return flowing || response.destroyed ? undefined : drained(response)
    })
  } finally {
    idle.stop()
    faults.close(() => response.end())
  }
}

/** One server-sent event. JSON escapes CR and LF, so the payload is one `data:` line whatever it holds. */
export function encodeEvent(event: StreamEvent, grammar: Grammar): string {
  const id = grammar.envelope.wireId?.(event)
  const head = id === undefined ? '' : `id: ${id}\n`
  return `${head}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

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
