// Failures that are told now in one way and now in another.
import { problem } from '../../contracts/core/problem.ts'
import { streamMessage } from '../../contracts/session/operations.ts'
import { fault } from './fault.ts'
import { whenRefused } from './when-refused.ts'

const refused = new Map<string, number>()

export const everyTwentiethIs500 = fault({
  id: 'errors.every-twentieth-is-500',
  says: 'Answers 500 to every twentieth request for the same unknown session.',
  serve: whenRefused(
    'SESSION_NOT_FOUND',
    () => ({ status: 500, body: problem('INTERNAL', 'the lock was held') }),
    ({ operation, parameters }) => {
      const asked = `${operation.id} ${parameters['session_id']}`
      const times = (refused.get(asked) ?? 0) + 1
      refused.set(asked, times)
      return times % 20 === 0
    },
  ),
})

let failures = 0

export const twoCodes = fault({
  id: 'turn.two-codes-for-one-failure',
  says: 'Tells every other failure of the model with another code.',
  on: [streamMessage.id],
  events: (hit) => (event, send) => {
    const { code } = (event['error'] ?? {}) as { code?: string }
    if (event.type === 'error' && code === 'UPSTREAM_FAILED') failures += 1
    if (code !== 'UPSTREAM_FAILED' || event.type !== 'error' || failures % 2 === 1) return send(event)
    hit()
    send({ ...event, error: problem('INTERNAL', 'something went wrong') })
  },
})
