// Clients that take their time: requests that trickle in are cut off, connections that say nothing keep nobody waiting.
import { holdConnections } from '../../../harness/client/hold-connections.ts'
import { goodHeaders, sendRawRequest } from '../../../harness/client/raw-request.ts'
import { type SlowRequest, trickleRequest } from '../../../harness/client/trickle-request.ts'
import { control, expectThat } from '../../expect.ts'
import { mustBeAlive } from '../alive.ts'
import { check, type SessionContext } from '../context.ts'
import { openSession } from '../turns.ts'

/** Expects the sidecar to close the connection of a request that never becomes whole. */
async function mustBeCut(request: SlowRequest, { options }: SessionContext): Promise<void> {
  const { method, target, trickles } = request
  const cutAfterMs = await trickleRequest(request, options)
  const what = `${method} ${target} whose ${trickles} comes byte by byte`
  expectThat(cutAfterMs !== undefined, `the end of the connection of ${what}`, 'a connection that stays open')
}

export const cutsSlowRequests = check({
  id: 'session.security.cuts-slow-requests',
  rule: 'SHOULD close the connection of a request whose head or body comes byte by byte and does not end',
  covers: ['SEC-08'],
  catches: ['security.waits-for-slow-heads', 'security.waits-for-slow-bodies'],
  scope: 'shared',
  async run(context) {
    const { options } = context
    await control(() => openSession(context))
    const headers = goodHeaders(options)
    const body = [...headers, ['content-type', 'application/json'], ['content-length', '100000']] as const
    await Promise.all([
      mustBeCut({ method: 'GET', target: '/health', headers, trickles: 'head' }, context),
      mustBeCut({ method: 'POST', target: '/api/session/new', headers: body, trickles: 'body' }, context),
    ])
    await control(() => openSession(context))
  },
})

export const idleConnections = check({
  id: 'session.security.idle-connections',
  rule: 'SHOULD answer /health on a new connection while 200 others are open and say nothing',
  covers: ['SEC-08'],
  catches: ['security.few-connections'],
  scope: 'own',
  async run({ client, options, sidecar }) {
    await mustBeAlive(client, sidecar)
    using held = await holdConnections(200, options)
    // Not judged: that an answer is missing is the rule of this check alone.
    const request = { method: 'GET', target: '/health', headers: goodHeaders(options), judged: false }
    const { status } = await sendRawRequest(request, options)
    expectThat(status === 200, `200 from /health beside ${held.opened} idle connections`, String(status))
  },
})
