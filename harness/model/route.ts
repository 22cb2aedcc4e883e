// What a request asks of the model server: an answer of the model, the list of models, or something it refuses.
import { type OpenAiError, openAiError } from './openai-error.ts'
import type { Received } from './receive.ts'
import type { ModelRequest, WireApi } from './wire.ts'

export type Route = Question | { readonly asks: 'models' } | Refusal

export interface Question {
  readonly asks: 'model'
  readonly api: WireApi
  readonly request: ModelRequest
}

interface Refusal {
  readonly asks: 'nothing'
  readonly status: number
  readonly body: OpenAiError
  readonly headers?: Readonly<Record<string, string>>
}

const modelsPath = '/v1/models'

/** A request with several faults is refused for the first of: key 401, path 404, method 405, size 413, JSON 400. */
export function routeOf(received: Received, apiKey: string, apis: readonly WireApi[]): Route {
  const { method, path, headers, body } = received
  if (headers.authorization !== `Bearer ${apiKey}`) return wrongKey(headers.authorization)
  const api = apis.find((candidate) => candidate.path === path)
  if (!api && path !== modelsPath) return refused(404, `Invalid URL (${method} ${path})`)
  const allowed = api ? 'POST' : 'GET'
  if (method !== allowed)
    return { ...refused(405, `Not allowed to ${method} on ${path}; use ${allowed}.`), headers: { allow: allowed } }
  if (!api) return { asks: 'models' }
  if (received.tooLarge) return refused(413, 'The body is larger than this server reads.')
  if (typeof body !== 'object' || body === null)
    return refused(400, 'We could not parse the JSON body of your request.')
  return isModelRequest(body) ? { asks: 'model', api, request: body } : withoutMessages()
}

function refused(status: number, message: string, code: string | null = null, param: string | null = null): Refusal {
  return { asks: 'nothing', status, body: openAiError('invalid_request_error', message, code, param) }
}

function wrongKey(authorization: string | undefined): Refusal {
  if (authorization === undefined) return refused(401, "You didn't provide an API key.")
  return refused(401, 'Incorrect API key provided.', 'invalid_api_key')
}

function isModelRequest(body: object): body is ModelRequest {
  return 'messages' in body && Array.isArray(body.messages)
}

function withoutMessages(): Refusal {
  return refused(400, "Missing required parameter: 'messages'.", 'missing_required_parameter', 'messages')
}
