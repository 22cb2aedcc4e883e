// Errors: one object, codes of the registry, the same status inside and outside. The judge watches every answer of every check.
import type { Owned } from '../../check.ts'
import { control, expectThat } from '../../expect.ts'
import { check, type SessionCheck, type SessionContext } from '../context.ts'
import { answerRules } from '../session/sessions.checks.ts'
import { answerOrGone } from '../stopping.ts'
import { openSession } from '../turns.ts'

/** Provokes one error of each kind; the judge finds what is wrong with the answers. */
async function provoke(context: SessionContext): Promise<void> {
  const { client } = context
  const session_id = await control(() => openSession(context))
  const wrong = [
    client.send({ method: 'GET', path: '/no/such/route' }),
    client.send({ method: 'DELETE', path: '/api/session/new' }),
    client.send({ method: 'POST', path: '/api/session/new', body: '{' }),
    client.send({ method: 'POST', path: '/api/session/new', body: '[]' }),
    client.send({ method: 'GET', path: '/ready', headers: { authorization: '' } }),
    client.ask('reportSession', { session_id: 'no-such-session' }),
    client.ask('streamMessage', { session_id }, { message: '' }),
  ]
  // An answer that does not come is a rule of its own; here the others go on.
  const answers = await Promise.allSettled(wrong)
  await client.endSession({ session_id })
  await client.ask('reportSession', { session_id })
  await control(async () => {
    const refused = answers.filter((answer) => answer.status === 'fulfilled' && answer.value.status >= 400)
    expectThat(refused.length > 0, 'a wrong request that is refused', `none of ${answers.length}`)
  })
}

function watching(
  id: string,
  rule: SessionCheck['rule'],
  covers: readonly string[],
  owns: readonly Owned[],
  catches: readonly string[],
) {
  return check({ id, rule, covers, catches, scope: 'shared', owns, run: provoke })
}

export const problemObject = watching(
  'session.errors.problem-object',
  'MUST answer every error with application/problem+json: type, title, status, code, detail, retryable',
  ['ERR-01'],
  [{ rules: ['problem.media-type', 'problem.schema'] }],
  ['errors.framework-shape', 'errors.plain-text', 'errors.about-blank'],
)

export const sameStatus = watching(
  'session.errors.same-status',
  'MUST give in the problem the status of the answer, and the status that the registry gives its code',
  ['ERR-01'],
  [{ rules: ['problem.status'] }],
  ['errors.other-status-inside'],
)

export const registry = watching(
  'session.errors.registry',
  'MUST use the codes of the registry, those that the route declares, with their `retryable`',
  ['ERR-02'],
  [{ rules: ['problem.code', 'problem.retryable'] }, { rules: ['problem.undeclared'], operation: 'unknown-route' }],
  ['errors.own-codes', 'errors.retryable-lie'],
)

export const retryAfter = check({
  id: 'session.errors.retry-after',
  rule: 'MUST send Retry-After with 429 and 503',
  covers: ['ERR-02'],
  catches: ['errors.no-retry-after'],
  scope: 'own',
  owns: [{ rules: ['problem.retry-after'] }],
  async run({ client }) {
    await control(() => client.newSession({}))
    await client.shutdown()
    // A refused connection is as good, and leaves nothing to judge.
    const answer = await answerOrGone(client.ask('newSession'))
    await control(async () => expectThat(answer?.startsWith('503') !== false, '503 to new work', String(answer)))
  },
})

export const errorsAreErrors = check({
  id: 'session.errors.never-2xx',
  rule: 'MUST NOT answer 2xx to a request that it refuses',
  covers: ['ERR-01', 'ERR-03'],
  catches: ['errors.with-200', 'session.opens-unknown'],
  scope: 'shared',
  owns: [{ rules: answerRules.filter((rule) => rule.startsWith('answer.')), operation: 'unknown-route' }],
  async run(context) {
    await control(() => openSession(context))
    const { client } = context
    const refused = await Promise.allSettled([
      client.send({ method: 'GET', path: '/no/such/route' }),
      client.send({ method: 'POST', path: '/api/session/new', body: '{' }),
      client.ask('reportSession', { session_id: 'no-such-session' }),
    ])
    for (const answer of refused) {
      // An answer that does not come is a rule of its own.
      if (answer.status === 'rejected') continue
      const { exchange, status } = answer.value
      expectThat(
        status >= 400,
        '4xx',
        String(status),
        `exchange ${exchange.number}: ${exchange.method} ${exchange.path}`,
      )
    }
  },
})

export const alwaysAnswers = check({
  id: 'session.errors.always-answers',
  rule: 'MUST answer every request that is HTTP, also one that it refuses',
  covers: ['ERR-03'],
  catches: ['errors.drops-the-connection'],
  scope: 'shared',
  owns: [{ rules: ['answer.missing'] }],
  run: provoke,
})
