// Plays one reply of a script: performs its steps, in order, as the answer to one call.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { cutText } from './cut.ts'
import { failureBody } from './openai-error.ts'
import { type Output, streamed, whole } from './output.ts'
import type { ResponseWriter } from './response-writer.ts'
import type { CallTool, Fail, Reply, Step } from './script.ts'
import { sendBody } from './send-body.ts'
import type { ModelRequest, ToolCall, WireApi } from './wire.ts'

export interface Stage {
  readonly api: WireApi
  readonly request: ModelRequest
  readonly writer: ResponseWriter
  /** Waits for the release of a hold. */
  hold(): Promise<void>
}

/** Rejects when the client leaves, or the server is closed, before the answer is complete. */
export async function play(reply: Reply, stage: Stage): Promise<void> {
  const { api, request, writer } = stage
  const answer = api.answer(request)
  const output = api.wantsStream(request) ? streamed(api, answer, writer) : whole(answer, writer)
  for (const step of reply) await perform(step, stage, output)
  if (!writer.ended) await output.finish(answer.usualReason())
}

async function perform(step: Step, { writer, hold }: Stage, output: Output): Promise<void> {
  switch (step.step) {
    case 'say':
      for (const text of step.texts) await output.say(text, step.cutAt)
      return
    case 'callTool':
      return output.callTool(toolCallOf(step), step.cutAt)
    case 'pause':
      return setTimeout(step.ms, undefined, { signal: writer.gone })
    case 'hold':
      return hold()
    case 'sendHeaders':
      return output.sendHeaders()
    case 'nonsense':
      await output.sendHeaders()
      return writer.write(step.bytes)
    case 'finish':
      return output.finish(step.reason)
    case 'fail':
      return fail(step, writer, output)
    case 'disconnect':
      return writer.destroy('aborted-by-script')
    case 'endEarly':
      return output.endEarly()
    case 'silence':
      return silence(writer.gone)
  }
}

function toolCallOf({ id = `call_${randomUUID()}`, name, args, fragments = 3 }: CallTool): ToolCall {
  const text = typeof args === 'string' ? args : JSON.stringify(args)
  return { id, name, fragments: cutText(text, fragments) }
}

async function fail(
  { status, body = failureBody(status), headers }: Fail,
  writer: ResponseWriter,
  output: Output,
): Promise<void> {
  if (writer.headersSent) await output.fail(body)
  else await sendBody(writer, status, body, headers)
}

async function silence(gone: AbortSignal): Promise<void> {
  if (!gone.aborted) await once(gone, 'abort')
}
