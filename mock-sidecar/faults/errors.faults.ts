// Ways in which errors are told wrongly, whatever the operation.
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
