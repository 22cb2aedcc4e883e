// The active faults as one: for each place where the mock can be broken, all of them in a row, with their hits counted.
import type { IncomingMessage } from 'node:http'
import type { Grammar, StreamEvent } from '../../contracts/core/grammar.ts'
import type { Operation } from '../../contracts/core/operation.ts'
import type { ProblemCode } from '../../contracts/core/problem-codes.ts'
import type { Call, Handler } from '../server/call.ts'
import { encodeEvent } from '../server/stream-writer.ts'
import type { Fault, Head } from './fault.ts'

/** How often each active fault did something, by id. */
export type Hits = Map<string, number>

export interface FaultPlan {
  serve(handler: Handler): Handler
  head(head: Head, streams: boolean, request: IncomingMessage): void
  rewrite(head: Head, text: string): string
  body(text: string, head: Readonly<Head>): string
  /** Absent where no active fault touches events: the usual, fast way. */
  readonly events?: (send: (event: StreamEvent) => void) => (event: StreamEvent) => void
  readonly frame?: (event: StreamEvent, grammar: Grammar) => string | Uint8Array
  comment(comment: string): string
  close(close: () => void): void
  cuts(head: Readonly<Head>): boolean
  lets(code: ProblemCode, request: IncomingMessage): boolean
}

/** The plan for one operation; `undefined` stands for a request that no operation takes. */
export function planFaults(
  faults: readonly Fault[],
  operation: Operation | undefined,
  count: (fault: Fault) => void,
): FaultPlan {
  const active = faults.filter(({ on }) => on === undefined || (operation !== undefined && on.includes(operation.id)))
  const hitOf = (fault: Fault) => () => count(fault)
  const withEvents = active.filter(({ events }) => events !== undefined)
  const withFrame = active.filter(({ frame }) => frame !== undefined)
  return {
    serve: (handler) => active.reduce<Handler>((next, fault) => serveWith(fault, next, hitOf(fault)), handler),
    head: (head, streams, request) => {
      for (const fault of active) fault.head?.(head, hitOf(fault), streams, request)
    },
    rewrite: (head, text) => active.reduce((text, fault) => fault.rewrites?.(head, text, hitOf(fault)) ?? text, text),
    body: (text, head) => active.reduce((text, fault) => fault.body?.(text, head, hitOf(fault)) ?? text, text),
    comment: (comment) => active.reduce((comment, fault) => fault.comment?.(comment, hitOf(fault)) ?? comment, comment),
    close: (close) => {
      const closer = active.find((fault) => fault.close !== undefined)
      if (closer?.close === undefined) close()
      else closer.close(close, hitOf(closer))
    },
    cuts: (head) => active.some((fault) => fault.cuts?.(head, hitOf(fault))),
    lets: (code, request) => {
      const letting = active.filter(({ lets }) =>
        typeof lets === 'function' ? lets(code, request) : lets?.includes(code),
      )
      letting.forEach(count)
      return letting.length > 0
    },
    ...(withEvents.length === 0
      ? {}
      : {
          events: (send: (event: StreamEvent) => void) =>
            withEvents.reduceRight((send, fault) => {
              const take = fault.events?.(hitOf(fault))
              return take === undefined ? send : (event) => take(event, send)
            }, send),
        }),
    ...(withFrame.length === 0 ? {} : { frame: frameWith(withFrame, hitOf) }),
  }
}

function serveWith(fault: Fault, next: Handler, hit: () => void): Handler {
  const { serve } = fault
  if (serve === undefined) return next
  return (call: Call) => serve(call, async (call) => next(call), hit)
}

function frameWith(faults: readonly Fault[], hitOf: (fault: Fault) => () => void): NonNullable<FaultPlan['frame']> {
  return (event, grammar) => {
    let frame: string | Uint8Array = encodeEvent(event, grammar)
    for (const fault of faults) {
      if (typeof frame === 'string') frame = fault.frame?.(frame, event, hitOf(fault)) ?? frame
    }
    return frame
  }
}
