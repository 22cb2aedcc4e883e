// Runs that cannot be as they are asked for: refused before any stream, with a pointer at what is wrong.
import type { LimitName } from '../../../contracts/session/limits.ts'
import { program } from '../../../fixtures/programs/programs.ts'
import type { PlainExchange } from '../../../harness/client/http-client.ts'
import { control, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import { expectProblem, isProblem } from '../expect-problem.ts'
import { codeRuns, idsOf, needsRuns, requestFor, runToEnd } from '../runs.ts'
import { answerRules } from '../session/sessions.checks.ts'
import { openSession } from '../turns.ts'

export const refuses = check({
  id: 'session.run.refuses',
  rule: 'MUST answer 422, pointing at the member, to an unknown lane or language, to an expert run without `expert_id` and to a limit above its `max`, before any stream',
  covers: ['EXE-20', 'SSE-14'],
  catches: ['limits.take-any', 'run.points-at-the-body', 'errors.no-pointers', 'errors.validation-is-400'],
  scope: 'shared',
  skip: needsRuns,
  owns: [{ rules: answerRules, operation: 'session.run.stream' }],
  async run(context) {
    const { capabilities, client } = context
    await codeRuns(context, 'user')
    const session_id = await control(() => openSession(context))
    const good = requestFor(context, program('prints-forty-two'))
    const tooHigh = Object.entries(capabilities.limits ?? {}).flatMap(([name, limit]) => {
      const value = (limit as { max: number }).max + 1
      return Number.isSafeInteger(value)
        ? [[`#/limits/${name}`, { limits: { [name as LimitName]: value } }] as const]
        : []
    })
    const wrong: readonly (readonly [pointer: string, change: object])[] = [
      ['#/lane', { lane: 'nobody' }],
      ['#/language', { language: 'cobol' }],
      ['#/expert_id', { lane: 'expert' }],
      ...tooHigh,
    ]
    for (const [pointer, change] of wrong) {
      const body = { ...good, ...change } as typeof good
      mustPointAt(await client.ask('streamRun', { session_id }, body), pointer)
    }
  },
})

function mustPointAt(answer: PlainExchange, pointer: string): void {
  expectProblem(answer, 'VALIDATION_FAILED')
  // An error in another shape is left to the checks of errors.
  if (!isProblem(answer.body)) return
  const { errors = [] } = answer.body as { errors?: readonly { pointer?: string }[] }
  const { method, number, path } = answer.exchange
  const isThere = errors.some((error) => error.pointer === pointer)
  expectThat(isThere, `errors[].pointer ${pointer}`, JSON.stringify(errors), `exchange ${number}: ${method} ${path}`)
}

export const knowsSessions = check({
  id: 'session.run.knows-its-session',
  rule: 'MUST answer 410 SESSION_ENDED on every route of runs once the session has ended',
  covers: ['SES-02'],
  catches: ['session.forgets-ended'],
  scope: 'shared',
  skip: needsRuns,
  async run(context) {
    const { client } = context
    const { run } = await control(() => runToEnd(context, 'prints-forty-two'))
    const ids = await idsOf(run)
    await control(() => client.endSession({ session_id: ids.session_id }))
    const answers = [
      await client.ask('streamRun', ids, requestFor(context, program('prints-forty-two'))),
      await client.ask('getRun', ids),
      await client.ask('logRun', ids),
      await client.ask('cancelRun', ids),
    ]
    for (const answer of answers) expectProblem(answer, 'SESSION_ENDED')
  },
})
