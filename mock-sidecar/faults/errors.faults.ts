// Ways in which errors are told wrongly, whatever the operation.
import { problem } from '../../contracts/core/problem.ts'
import type { ProblemCode } from '../../contracts/core/problem-codes.ts'
import { type Fault, fault } from './fault.ts'

/** Changes the problem of every refusal. */
function misreporting(id: string, says: string, change: (problem: Record<string, unknown>) => unknown): Fault {
  return fault({
    id,
    says,
    body: (text, head, hit) => {
      if (head.status < 400) return text
      hit()
      const changed = change(JSON.parse(text) as Record<string, unknown>)
      return typeof changed === 'string' ? changed : JSON.stringify(changed)
    },
  })
}

export const frameworkErrors: Fault = {
  ...misreporting('errors.framework-shape', 'Answers errors as FastAPI does: {"detail": …}.', ({ detail }) => ({
    detail,
  })),
  head: (head) => {
    if (head.status >= 400) head.headers['content-type'] = 'application/json'
  },
}

export const plainErrors: Fault = {
  ...misreporting('errors.plain-text', 'Answers errors as plain text.', ({ title }) => String(title)),
  head: (head) => {
    if (head.status >= 400) head.headers['content-type'] = 'text/plain; charset=utf-8'
  },
}

export const ownCodes = misreporting('errors.own-codes', 'Uses the name of the exception as code.', (problem) => ({
  ...problem,
  code: 'KeyError',
}))

export const retryableLie = misreporting('errors.retryable-lie', 'Calls everything retryable.', (problem) => ({
  ...problem,
  retryable: true,
}))

export const otherStatusInside = misreporting(
  'errors.other-status-inside',
  'Writes another status into the body.',
  (problem) => ({
    ...problem,
    status: 500,
  }),
)

export const wrongTypeUri = misreporting(
  'errors.about-blank',
  'Gives every problem the type about:blank.',
  (problem) => ({
    ...problem,
    type: 'about:blank',
  }),
)

export const noRetryAfter = fault({
  id: 'errors.no-retry-after',
  says: 'Answers 503 without Retry-After.',
  head: (head, hit) => {
    if (head.headers['retry-after'] === undefined) return
    hit()
    delete head.headers['retry-after']
  },
})

export const errorsWith200 = fault({
  id: 'errors.with-200',
  says: 'Answers 200 whatever went wrong.',
  head: (head, hit) => {
    if (head.status < 400) return
    hit()
    head.status = 200
  },
})

export const dropsConnection = fault({
  id: 'errors.drops-the-connection',
  says: 'Closes the connection instead of answering a body that is not JSON.',
  cuts: (head, hit) => {
    if (head.status !== 400) return false
    hit()
    return true
  },
})

/** Answers another problem than the one that is due. */
function instead(id: string, says: string, due: readonly ProblemCode[], other: ProblemCode): Fault {
  const isDue = (text: string) => due.some((code) => text.includes(`"code":"${code}"`))
  return fault({
    id,
    says,
    rewrites: (head, text, hit) => {
      if (!isDue(text)) return text
      hit()
      const replaced = problem(other, 'something went wrong')
      head.status = replaced.status
      return JSON.stringify(replaced)
    },
  })
}

export const badJsonIs500 = instead(
  'errors.bad-json-is-500',
  'Fails on a body that is not JSON.',
  ['PARSE_ERROR'],
  'INTERNAL',
)
export const badJsonIs422 = instead(
  'errors.bad-json-is-422',
  'Calls a body that is not JSON invalid.',
  ['PARSE_ERROR'],
  'VALIDATION_FAILED',
)
export const validationIs400 = instead(
  'errors.validation-is-400',
  'Calls an invalid body no JSON.',
  ['VALIDATION_FAILED'],
  'PARSE_ERROR',
)
export const wrongMethodIs404 = instead(
  'errors.wrong-method-is-404',
  'Calls a route unknown that takes another method.',
  ['METHOD_NOT_ALLOWED'],
  'NOT_FOUND',
)
export const unknownIs500 = instead(
  'errors.unknown-is-500',
  'Fails on an identifier that names nothing.',
  ['SESSION_NOT_FOUND', 'TURN_NOT_FOUND'],
  'INTERNAL',
)

/** Changes the problem of refusals with this code. */
function ofCode(
  id: string,
  says: string,
  code: ProblemCode,
  change: (problem: Record<string, unknown>) => object,
): Fault {
  return fault({
    id,
    says,
    body: (text, _head, hit) => {
      if (!text.includes(`"code":"${code}"`)) return text
      hit()
      return JSON.stringify(change(JSON.parse(text) as Record<string, unknown>))
    },
  })
}

export const noPointers = ofCode(
  'errors.no-pointers',
  'Does not say which member is wrong.',
  'VALIDATION_FAILED',
  ({ errors: _errors, ...rest }) => rest,
)

export const noAllow = fault({
  id: 'errors.no-allow',
  says: 'Answers 405 without Allow.',
  head: (head, hit) => {
    if (head.headers['allow'] === undefined) return
    hit()
    delete head.headers['allow']
  },
})

export const traceback = misreporting('errors.traceback', 'Shows the traceback of the exception.', (told) => ({
  ...told,
  detail: 'Traceback (most recent call last):\n  File "app.py", line 12, in handle\n    raise KeyError(key)',
}))

export const showsPaths = misreporting('errors.shows-paths', 'Shows where its files are.', (told) => ({
  ...told,
  detail: `cannot read ${process.env['HOME'] ?? ''}/sidecar/lib/python3.11/site-packages/app/main.py`,
}))

export const smallLimit = fault({
  id: 'errors.small-limit',
  says: 'Takes bodies of 1 MiB at most.',
  serve: (call, next, hit) => {
    if (Number(call.headers['content-length'] ?? 0) <= 1024 * 1024) return next(call)
    hit()
    return { status: 413, body: problem('PAYLOAD_TOO_LARGE', 'too large') }
  },
})

export const noLimit = fault({
  id: 'errors.no-limit',
  says: 'Takes bodies of any size.',
  lets: ['PAYLOAD_TOO_LARGE'],
})

export const routeBeforeToken = fault({
  id: 'errors.route-before-token',
  says: 'Says which routes there are without asking for the token.',
  lets: (code, { url }) => code === 'UNAUTHENTICATED' && url === '/no/such/route',
})

export const tokenBeforeOrigin = fault({
  id: 'errors.token-before-origin',
  says: 'Looks at the token before it looks at Origin.',
  lets: (code, { headers }) => code === 'FORBIDDEN_ORIGIN' && headers.authorization === undefined,
})

export const originBeforeHost = fault({
  id: 'errors.origin-before-host',
  says: 'Looks at Origin before it looks at Host.',
  lets: (code, { headers }) => code === 'MISDIRECTED_HOST' && headers.origin === 'http://evil.example',
})

export const bodyBeforeType = fault({
  id: 'errors.body-before-type',
  says: 'Reads the body before it looks at its media type.',
  lets: (code, { headers }) => code === 'UNSUPPORTED_MEDIA_TYPE' && headers['x-both'] !== undefined,
})
