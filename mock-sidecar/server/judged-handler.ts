// Judges what a handler gives before any fault touches it: the mock keeps the contract wherever no fault is declared.
import { judgeAnswer } from '../../contracts/core/judge-answer.ts'
import type { Operation } from '../../contracts/core/operation.ts'
import { readStream } from '../../contracts/core/read-stream.ts'
import type { Call, Handler, PlainReply, Reply, StreamReply } from './call.ts'

/** The handler with a judge behind it; `onBroken` tells of a defect of the mock. A reply that is there at once stays so. */
export function judgedHandler(operation: Operation, handler: Handler, onBroken: (message: string) => void): Handler {
  const broken = (what: unknown) => onBroken(`${operation.id}: ${JSON.stringify(what)}`)
  const judged = (reply: Reply, { left }: Call) =>
    'stream' in reply ? judgedStream(operation, reply, left, broken) : judgedReply(operation, reply, broken)
  return (call) => {
    const reply = handler(call)
    return reply instanceof Promise ? reply.then((reply) => judged(reply, call)) : judged(reply, call)
  }
}

function judgedReply(operation: Operation, reply: PlainReply, broken: (what: unknown) => void): PlainReply {
  const { body, status } = reply
  const violations = judgeAnswer(operation, { status, headers: json, body, bytes: body === undefined ? 0 : 1 })
  if (violations.length > 0) broken(violations)
  return reply
}

function judgedStream(
  operation: Operation,
  reply: StreamReply,
  left: AbortSignal,
  broken: (what: unknown) => void,
): StreamReply {
  const { output } = operation
  if (output.kind !== 'stream') throw new TypeError(`${operation.id} does not stream`)
  return {
    status: 200,
    async stream(send) {
      const judge = readStream(output.grammar)
      await reply.stream((event) => {
        const complaints = judge.event(event)
        if (complaints.length > 0) broken(complaints)
        return send(event)
      })
      const complaints = left.aborted ? [] : judge.end()
      if (complaints.length > 0) broken(complaints)
    },
  }
}

/** The front writes this head for every JSON body. */
const json = { 'content-type': 'application/json' }
