// OpenAI's chat completions on the wire: chat.completion.chunk events, and the chat.completion object.
import { randomUUID } from 'node:crypto'
import type { Answer, ModelRequest, ToolCall, WireApi } from './wire.ts'

export const chatCompletions: WireApi = {
  path: '/v1/chat/completions',
  streamType: 'text/event-stream; charset=utf-8',
  wantsStream: (request) => request['stream'] === true,
  answer: openCompletion,
}

function openCompletion(request: ModelRequest): Answer {
  const about = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model: request['model'] }
  const withUsage = includesUsage(request)
  const said: string[] = []
  const calls: ToolCall[] = []
  const usage = () => countTokens(request, [...said, ...calls.flatMap(({ fragments }) => fragments)])
  const event = (choices: unknown[], counted: unknown = null) =>
    serverSentEvent({ ...about, object: 'chat.completion.chunk', choices, ...(withUsage && { usage: counted }) })
  const chunk = (delta: object, finish_reason: string | null = null) =>
    event([{ index: 0, delta, logprobs: null, finish_reason }])

  return {
    open: () => [chunk({ role: 'assistant', content: '' })],
    say(text) {
      said.push(text)
      return chunk({ content: text })
    },
    callTool(call) {
      const index = calls.push(call) - 1
      const first = { index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }
      const more = call.fragments.map((part) => ({ index, function: { arguments: part } }))
      return [first, ...more].map((part) => chunk({ tool_calls: [part] }))
    },
    finish: (reason) => [chunk({}, reason), ...(withUsage ? [event([], usage())] : []), 'data: [DONE]\n\n'],
    fail: serverSentEvent,
    whole(finish_reason) {
      const choice = { index: 0, message: messageOf(said, calls), logprobs: null, finish_reason }
      return JSON.stringify({ ...about, object: 'chat.completion', choices: [choice], usage: usage() })
    },
    usualReason: () => (calls.length > 0 ? 'tool_calls' : 'stop'),
  }
}

const serverSentEvent = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`

function includesUsage({ stream_options: options }: ModelRequest): boolean {
  return typeof options === 'object' && options !== null && 'include_usage' in options && options.include_usage === true
}

function messageOf(said: readonly string[], calls: readonly ToolCall[]): object {
  const tool_calls = calls.map(({ id, name, fragments }) => ({
    id,
    type: 'function',
    function: { name, arguments: fragments.join('') },
  }))
  const content = said.length === 0 && calls.length > 0 ? null : said.join('')
  return { role: 'assistant', content, refusal: null, ...(calls.length > 0 && { tool_calls }) }
}

/** Four bytes a token: no model's count, but the same each time. */
function countTokens({ messages }: ModelRequest, answered: readonly string[]): object {
  const tokens = (text: string) => Math.ceil(Buffer.byteLength(text) / 4)
  const prompt_tokens = tokens(JSON.stringify(messages))
  const completion_tokens = tokens(answered.join(''))
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens }
}
