// The dynamic report: it grows with the session, and its revision never falls.
import { finish, say } from '../../../harness/model/script.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import { mustBeOver, openSession, sendScripted } from '../turns.ts'
import { answerRules } from './sessions.checks.ts'

export const reportGrows = check({
  id: 'session.report.grows',
  rule: 'MUST give a report whose revision never falls and which changes with the turns of its session',
  covers: ['SES-07'],
  catches: ['report.revision-falls', 'report.never-changes'],
  scope: 'shared',
  owns: [{ rules: answerRules, operation: 'session.report' }],
  async run(context) {
    const { client } = context
    const session_id = await control(() => openSession(context))
    const reports = [await client.reportSession({ session_id })]
    for (const text of ['First.', 'Second.']) {
      const { turn } = await control(() => sendScripted(context, [say(text), finish()], { sessionId: session_id }))
      await control(() => mustBeOver(turn))
      reports.push(await client.reportSession({ session_id }))
    }
    for (const [place, { body }] of reports.entries()) {
      expectSame(body.session_id, session_id, 'session_id')
      const before = reports[place - 1]?.body
      if (before === undefined) continue
      expectThat(body.revision >= before.revision, `a revision of at least ${before.revision}`, String(body.revision))
    }
    const [first, , last] = reports
    expectThat(
      JSON.stringify(first?.body.sections) !== JSON.stringify(last?.body.sections),
      'sections that change with two turns',
      JSON.stringify(last?.body.sections).slice(0, 200),
    )
  },
})
