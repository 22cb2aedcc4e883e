// What the tests of this folder ask the model server with: plain HTTP, nothing between them and the wire.
import type { ModelServer } from './server.ts'

/** One question, as a client would post it. */
export function ask(model: ModelServer, text: string, more: object = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${model.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${model.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: text }], ...more }),
    ...(signal && { signal }),
  })
}
