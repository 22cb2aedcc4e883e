import { describe, expect, it } from 'vitest'
import type { Operation } from '../core/operation.ts'
import { sessionContract } from './contract.ts'

/** The routes of the contract page, written a second time on purpose. */
const routes = [
  'GET /api/contract: 200 json',
  'GET /api/session/{session_id}/dynamic-report: 200 json',
  'GET /health: 200 json, open',
  'GET /ready: 200 json',
  'POST /api/session/new: 201 json',
  'POST /api/session/{session_id}/end: 200 json',
  'POST /api/session/{session_id}/message/stream: 200 stream',
  'POST /api/session/{session_id}/turns/{turn_id}/cancel: 202 empty',
  'POST /shutdown: 202 empty',
]

const operations: Operation[] = Object.values(sessionContract.operations)

it('are the routes of the contract page', () => {
  const written = operations.map(
    ({ method, path, output, open }) =>
      `${method} ${path}: ${output.statuses.join(' ')} ${output.kind}${open ? ', open' : ''}`,
  )
  expect(written.sort()).toEqual(routes)
})

it('have ids that begin with the name of their contract', () => {
  for (const { id } of operations) expect(id).toMatch(/^session(\.[a-z]+)+$/)
})

describe('what an ended session answers', () => {
  it('is 410 on every route of a session but its end', () => {
    const ofSession = operations.filter(({ path }) => path.includes('{session_id}'))
    expect(ofSession.filter(({ errors }) => errors.includes('SESSION_NOT_FOUND'))).toEqual(ofSession)
    const lasting = ofSession.filter(({ errors }) => !errors.includes('SESSION_ENDED'))
    expect(lasting.map(({ id }) => id)).toEqual(['session.end'])
  })
})

describe('the body of a message', () => {
  const { input } = sessionContract.operations.streamMessage

  it.each([
    [{ message: 'hello' }, true],
    [{ message: 'hello', client_message_id: 'm-1', more: null }, true],
    [{ message: '' }, false],
    [{ message: 'hello', client_message_id: '' }, false],
    [{}, false],
    [undefined, false],
  ])('%j is right: %s', (body, right) => {
    expect(input?.safeParse(body).success).toBe(right)
  })
})
