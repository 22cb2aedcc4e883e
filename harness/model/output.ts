// The two ways to give an answer: chunk by chunk as it is said, or whole when it is complete.
import type { ResponseWriter } from './response-writer.ts'
import type { Cuts } from './script.ts'
import type { Answer, ToolCall, WireApi } from './wire.ts'

export interface Output {
  /** Sends status 200 and the headers, once. */
  sendHeaders(): Promise<void>
  say(text: string, cutAt?: Cuts): Promise<void>
  callTool(call: ToolCall, cutAt?: Cuts): Promise<void>
  finish(reason: string): Promise<void>
  /** Ends with a failure although the headers are out. */
  fail(body: unknown): Promise<void>
  /** Ends the body cleanly with the answer incomplete. */
  endEarly(): Promise<void>
}

export function streamed(api: WireApi, answer: Answer, writer: ResponseWriter): Output {
  let opened = false
  const sendHeaders = async () => {
    if (!writer.headersSent)
      await writer.sendHeaders(200, { 'content-type': api.streamType, 'cache-control': 'no-cache' })
  }
  const send = async (chunks: string[], about?: { says?: string; cutAt?: Cuts | undefined }) => {
    await sendHeaders()
    if (!opened) for (const chunk of answer.open()) await writer.write(chunk)
    opened = true
    for (const chunk of chunks) await writer.write(chunk, about)
  }

  return {
    sendHeaders,
    say: (text, cutAt) => send([answer.say(text)], { says: text, cutAt }),
    callTool: (call, cutAt) => send(answer.callTool(call), { cutAt }),
    async finish(reason) {
      await send(answer.finish(reason))
      await writer.end('', 'finished')
    },
    fail: (body) => writer.end(typeof body === 'string' ? body : answer.fail(body), 'finished'),
    async endEarly() {
      await sendHeaders()
      await writer.end('', 'aborted-by-script')
    },
  }
}

export function whole(answer: Answer, writer: ResponseWriter): Output {
  const sendHeaders = async (length?: number) => {
    if (writer.headersSent) return
    const sized = length === undefined ? {} : { 'content-length': length }
    await writer.sendHeaders(200, { 'content-type': 'application/json', ...sized })
  }

  return {
    sendHeaders: () => sendHeaders(),
    async say(text) {
      answer.say(text)
    },
    async callTool(call) {
      answer.callTool(call)
    },
    async finish(reason) {
      const body = Buffer.from(answer.whole(reason))
      await sendHeaders(body.length)
      await writer.end(body, 'finished')
    },
    fail: (body) => writer.end(typeof body === 'string' ? body : JSON.stringify(body), 'finished'),
    async endEarly() {
      const body = Buffer.from(answer.whole(answer.usualReason()))
      await sendHeaders()
      await writer.end(body.subarray(0, body.length / 2), 'aborted-by-script')
    },
  }
}
