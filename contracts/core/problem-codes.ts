// The closed table of error codes, v1: the HTTP status each has, and whether the same request may be sent again.
export interface CodeRule {
  /** The HTTP status of an answer with this code; in a stream, the status it would have had. */
  readonly status: number
  /** Whether the same request may succeed later; `null`: not checked. */
  readonly retryable: boolean | null
  /** RFC 9457 `title`: the same for every occurrence of the code. */
  readonly title: string
  /** Answers with this code carry `Retry-After`. */
  readonly retryAfter?: true
  /** The code never stands in an HTTP answer, only in a stream's `error` event. */
  readonly streamsOnly?: true
}

export const codes = {
  PARSE_ERROR: { status: 400, retryable: false, title: 'The body is not JSON' },
  VALIDATION_FAILED: { status: 422, retryable: false, title: 'The body does not match the schema' },
  IDEMPOTENCY_MISMATCH: { status: 422, retryable: false, title: 'The same client id came with another body' },
  NOT_FOUND: { status: 404, retryable: false, title: 'There is no such route' },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, title: 'The route does not take this method' },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false, title: 'The body must be application/json' },
  UNKNOWN_COMMAND: { status: 404, retryable: false, title: 'There is no such command' },
  UNAUTHENTICATED: { status: 401, retryable: false, title: 'The token is missing or wrong' },
  FORBIDDEN_ORIGIN: { status: 403, retryable: false, title: 'This origin may not call' },
  MISDIRECTED_HOST: { status: 421, retryable: false, title: 'The Host header names another server' },
  TOOL_NOT_ALLOWED: { status: 403, retryable: false, title: 'The expert may not use this tool' },
  SESSION_NOT_FOUND: { status: 404, retryable: false, title: 'There is no such session' },
  TURN_NOT_FOUND: { status: 404, retryable: false, title: 'There is no such turn' },
  RUN_NOT_FOUND: { status: 404, retryable: false, title: 'There is no such run' },
  KERNEL_NOT_FOUND: { status: 404, retryable: false, title: 'The session has no kernel' },
  EXPERT_NOT_FOUND: { status: 404, retryable: false, title: 'There is no such expert' },
  TASK_NOT_FOUND: { status: 404, retryable: false, title: 'There is no such task' },
  REQUEST_NOT_FOUND: { status: 404, retryable: false, title: 'There is no such request' },
  SESSION_ENDED: { status: 410, retryable: false, title: 'The session has ended' },
  TURN_IN_PROGRESS: { status: 409, retryable: true, title: 'A turn is running in this session' },
  KERNEL_BUSY: { status: 409, retryable: true, title: 'The kernel is busy' },
  NOT_COMPLETED: { status: 409, retryable: true, title: 'The task has not completed' },
  DUPLICATE_REQUEST: { status: 409, retryable: false, title: 'This request was already taken' },
  LIMIT_EXCEEDED: { status: 429, retryable: true, title: 'The limit is reached', retryAfter: true },
  NOT_READY: { status: 503, retryable: true, title: 'The sidecar is not ready', retryAfter: true },
  SHUTTING_DOWN: { status: 503, retryable: true, title: 'The sidecar is shutting down', retryAfter: true },
  CANCELLED: { status: 499, retryable: false, title: 'The work was cancelled', streamsOnly: true },
  SLOW_CONSUMER: { status: 408, retryable: true, title: 'The reader was too slow', streamsOnly: true },
  TIMEOUT: { status: 504, retryable: null, title: 'The work took too long' },
  UPSTREAM_FAILED: { status: 502, retryable: true, title: 'The language model failed' },
  KERNEL_DIED: { status: 500, retryable: true, title: 'The kernel died' },
  INTERNAL: { status: 500, retryable: false, title: 'The sidecar failed' },
} as const satisfies Record<string, CodeRule>

export type ProblemCode = keyof typeof codes

/** The rule of a code, or `undefined` where the registry does not hold it. */
export function codeRule(code: string): CodeRule | undefined {
  return Object.hasOwn(codes, code) ? codes[code as ProblemCode] : undefined
}

/** The `type` URI of a code: `urn:sidecar:error:` and the code in kebab case. */
export function problemType(code: string): string {
  return `urn:sidecar:error:${code.toLowerCase().replaceAll('_', '-')}`
}
