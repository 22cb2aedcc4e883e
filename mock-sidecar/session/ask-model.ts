// Asks an OpenAI-compatible language model and yields its answer as it streams in (chat completions, server-sent events).
import { type IncomingMessage, request } from 'node:http'
import { createParser } from 'eventsource-parser'
import type { FinishReason } from './story.ts'

export interface ModelAddress {
  /** Ends in `/v1`. */
  readonly baseUrl: string
  readonly apiKey: string
  readonly name: string
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly content: string | null
  readonly tool_calls?: readonly unknown[]
  readonly tool_call_id?: string
}

export interface ToolCall {
  readonly id: string
  readonly name: string
  /** JSON text, joined from all fragments. */
  readonly arguments: string
}

export type ModelPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tools'; readonly calls: readonly ToolCall[] }
  | { readonly kind: 'end'; readonly reason: FinishReason }

/** The model failed: it refused, broke off, or sent what is not a completion. */
export class ModelFailure extends Error {
  override readonly name = 'ModelFailure'
}

/** Streams one completion. Throws a ModelFailure; a cancelled call throws what `signal` says. */
export async function* askModel(
  model: ModelAddress,
  messages: readonly ChatMessage[],
  tools: readonly unknown[],
  signal: AbortSignal,
): AsyncGenerator<ModelPart> {
  const calls = new Map<number, { id: string; name: string; arguments: string }>()
  let reason: string | undefined
  for await (const delta of deltas(await post(model, { messages, tools }, signal), signal)) {
    if (delta.text !== '') yield { kind: 'text', text: delta.text }
    for (const { index, id = '', function: { name = '', arguments: part = '' } = {} } of delta.toolCalls) {
      const call = calls.get(index) ?? { id: '', name: '', arguments: '' }
      calls.set(index, { id: call.id + id, name: call.name + name, arguments: call.arguments + part })
    }
    reason = delta.finishReason ?? reason
  }
  if (reason === undefined) throw new ModelFailure('the model ended its stream without a finish_reason')
  if (calls.size > 0) yield { kind: 'tools', calls: [...calls.values()] }
  else yield { kind: 'end', reason: finishReason(reason) }
}

interface Delta {
  readonly text: string
  readonly toolCalls: readonly { index: number; id?: string; function?: { name?: string; arguments?: string } }[]
  readonly finishReason: string | undefined
}

async function post(model: ModelAddress, body: object, signal: AbortSignal): Promise<IncomingMessage> {
  const url = `${model.baseUrl.replace(/\/$/, '')}/chat/completions`
  const headers = { authorization: `Bearer ${model.apiKey}`, 'content-type': 'application/json' }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const fail = (error: Error) =>
      reject(signal.aborted ? signal.reason : new ModelFailure(`the model cannot be reached: ${error.message}`))
    request(url, { method: 'POST', headers, signal }, resolve)
      .on('error', fail)
      .end(JSON.stringify({ model: model.name, stream: true, ...body }))
  })
  if (response.statusCode === 200) return response
  response.destroy()
  throw new ModelFailure(`the model answered ${response.statusCode}`)
}

async function* deltas(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Delta> {
  const ready: string[] = []
  const parser = createParser({ onEvent: ({ data }) => ready.push(data) })
  const utf8 = new TextDecoder()
  try {
    for await (const bytes of response as AsyncIterable<Buffer>) {
      parser.feed(utf8.decode(bytes, { stream: true }))
      for (const data of ready.splice(0)) {
        if (data === '[DONE]') return
        yield decode(data)
      }
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw error instanceof ModelFailure ? error : new ModelFailure(`the model broke off: ${(error as Error).message}`)
  } finally {
    response.destroy()
  }
}

function decode(data: string): Delta {
  try {
    const { choices } = JSON.parse(data) as {
      choices?: { delta?: Record<string, unknown>; finish_reason?: string | null }[]
    }
    const [choice] = choices ?? []
    const { content, tool_calls: toolCalls } = choice?.delta ?? {}
    return {
      text: typeof content === 'string' ? content : '',
      toolCalls: Array.isArray(toolCalls) ? toolCalls : [],
      finishReason: choice?.finish_reason ?? undefined,
    }
  } catch {
    throw new ModelFailure('the model sent an event that is not JSON')
  }
}

function finishReason(reason: string): FinishReason {
  return reason === 'stop' || reason === 'length' || reason === 'content_filter' ? reason : 'other'
}
