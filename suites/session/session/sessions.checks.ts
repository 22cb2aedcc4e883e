// Sessions: opened with an id that nobody can guess, known until they end, ended once.
import { bounds } from '../../../contracts/session/bounds.ts'
import type { JudgeRule } from '../../../harness/client/wire-rules.ts'
import { finish, hold, say } from '../../../harness/model/script.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import { expectProblem } from '../expect-problem.ts'
import { openSession, sendScripted } from '../turns.ts'

export const answerRules: readonly JudgeRule[] = [
  'answer.status',
  'answer.media-type',
  'answer.json',
  'answer.schema',
  'answer.empty',
  'problem.undeclared',
]

export const opens = check({
  id: 'session.new.opens',
  rule: 'MUST answer 201 to `POST /api/session/new` with the session, its workspace and its time; unknown members are ignored',
  covers: ['SES-01', 'SES-06'],
  catches: ['session.created-with-200', 'session.created-without-workspace', 'session.refuses-extra-fields'],
  scope: 'shared',
  owns: [{ rules: answerRules, operation: 'session.new' }],
  async run({ client }) {
    const plain = await client.ask('newSession')
    const rich = await client.ask('newSession', {
      chapter_id: 'one',
      locale: 'de-CH',
      metadata: { any: ['thing'] },
      later: true,
    })
    for (const { exchange, status } of [plain, rich])
      expectSame(status, 201, 'a new session answers', `exchange ${exchange.number}`)
  },
})

export const unguessable = check({
  id: 'session.new.unguessable-ids',
  rule: 'MUST give each session an id that nobody can guess: 32 of them are all different and vary in at least 16 places',
  covers: ['SES-01'],
  catches: ['session.sequential-ids'],
  scope: 'shared',
  async run(context) {
    const ids = await control(() => Promise.all(Array.from({ length: 32 }, () => openSession(context))))
    expectSame(new Set(ids).size, 32, 'different ids:')
    const longest = Math.max(...ids.map((id) => id.length))
    const varying = Array.from({ length: longest }, (_, place) => new Set(ids.map((id) => id[place])).size).filter(
      (n) => n > 2,
    )
    expectThat(
      varying.length >= 16,
      'ids that vary in at least 16 places',
      `${varying.length} places, as in ${ids[0]} and ${ids[1]}`,
    )
  },
})

export const knowsWhich = check({
  id: 'session.unknown-and-ended',
  rule: 'MUST answer 404 SESSION_NOT_FOUND for a session that never was and 410 SESSION_ENDED for one that has ended, on every route',
  covers: ['SES-02'],
  catches: ['session.opens-unknown', 'session.ends-unknown', 'session.forgets-ended', 'session.serves-ended'],
  scope: 'shared',
  async run(context) {
    const { client } = context
    const ended = await control(() => openSession(context))
    await control(() => client.endSession({ session_id: ended }))
    const routes = async (session_id: string) => [
      await client.ask('reportSession', { session_id }),
      await client.ask('streamMessage', { session_id }, { message: 'Hello' }),
      await client.ask('cancelTurn', { session_id, turn_id: 'any' }),
    ]
    for (const unknown of ['no-such-session', '..%2f', 'ses-00000000-0000-0000-0000-000000000000']) {
      const answers = [...(await routes(unknown)), await client.ask('endSession', { session_id: unknown })]
      for (const answer of answers) expectProblem(answer, 'SESSION_NOT_FOUND')
    }
    for (const answer of await routes(ended)) expectProblem(answer, 'SESSION_ENDED')
  },
})

export const endsOnce = check({
  id: 'session.end.idempotent',
  rule: 'MUST answer the end of a session with 200 and its time, and give the same answer when it is ended again',
  covers: ['SES-03'],
  catches: ['session.second-end-fails', 'session.end-moves-its-time'],
  scope: 'shared',
  owns: [{ rules: answerRules, operation: 'session.end' }],
  async run(context) {
    const session_id = await control(() => openSession(context))
    const first = await context.client.endSession({ session_id })
    const second = await context.client.ask('endSession', { session_id })
    expectSame(second.status, 200, 'the second end answers')
    expectSame(second.body, first.body, 'the second end gives')
  },
})

export const endCancels = check({
  id: 'session.end.cancels-the-turn',
  rule: 'MUST end a running turn with `error` CANCELLED, reason `session_ended`, within 2 s of the end of its session',
  covers: ['SES-03'],
  catches: ['session.end-leaves-the-turn', 'cancel.hides-its-reason', 'cancel.looks-like-success'],
  scope: 'shared',
  async run(context) {
    const { script, sessionId, turn } = await control(() =>
      sendScripted(context, [say('Once '), hold(), say('more.'), finish()]),
    )
    await control(() => turn.next('companion_chunk'))
    const end = context.client.ask('endSession', { session_id: sessionId })
    end.catch(() => undefined)
    const error = await turn.next('error', { withinMs: bounds.cancelMs }).finally(script.release)
    expectSame(error.error.context?.['reason'], 'session_ended', 'context.reason')
    await turn.ended()
    expectSame((await end).status, 200, 'the end answers')
  },
})
