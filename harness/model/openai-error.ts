// Errors in OpenAI's shape, with the words and codes that its API uses.

export interface OpenAiError {
  readonly error: {
    readonly message: string
    readonly type: string
    readonly param: string | null
    readonly code: string | null
  }
}

export function openAiError(
  type: string,
  message: string,
  code: string | null = null,
  param: string | null = null,
): OpenAiError {
  return { error: { message, type, param, code } }
}

/** What a scripted failure answers when the script gives it no body. */
export function failureBody(status: number): OpenAiError {
  const message = `The script fails with status ${status}.`
  if (status === 401) return openAiError('invalid_request_error', message, 'invalid_api_key')
  if (status === 429) return openAiError('requests', message, 'rate_limit_exceeded')
  return openAiError(status < 500 ? 'invalid_request_error' : 'server_error', message)
}
