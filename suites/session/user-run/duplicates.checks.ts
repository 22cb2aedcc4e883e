// The same run asked for again is never carried out twice.
import { program } from '../../../fixtures/programs/programs.ts'
import { control, expectSame } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import { expectProblem, isProblem } from '../expect-problem.ts'
import { idsOf, needsRuns, requestFor, resultOf, runToEnd, startRun } from '../runs.ts'
import { openSession } from '../turns.ts'

export const runsOnce = check({
  id: 'session.run.runs-once',
  rule: 'MUST answer a repeated `client_run_id` with 409 DUPLICATE_REQUEST naming the run, with another body 422 IDEMPOTENCY_MISMATCH, and run nothing twice',
  covers: ['SSE-19'],
  catches: ['run.runs-twice', 'run.duplicate-without-run-id', 'run.mismatch-is-duplicate'],
  scope: 'shared',
  skip: needsRuns,
  async run(context) {
    const { client } = context
    const clientRunId = `r-${crypto.randomUUID()}`
    const [first, second] = ['first', 'second'].map((text) => program('writes-a-file', { TEXT: text })) as [
      ReturnType<typeof program>,
      ReturnType<typeof program>,
    ]
    const run = await control(async () => {
      const run = await startRun(context, first, { clientRunId })
      await resultOf(run)
      return run
    })
    const { run_id: runId, session_id } = await idsOf(run)
    // Whoever carries out the first again overwrites what the second has written.
    await control(() => runToEnd(context, second, { sessionId: session_id }))
    const again = await client.ask('streamRun', { session_id }, requestFor(context, first, { clientRunId }))
    expectProblem(again, 'DUPLICATE_REQUEST')
    const told = again.body as { context?: { run_id?: string } } | undefined
    if (isProblem(again.body)) expectSame(told?.context?.run_id, runId, 'context.run_id of the refusal:')
    const other = await client.ask('streamRun', { session_id }, requestFor(context, second, { clientRunId }))
    expectProblem(other, 'IDEMPOTENCY_MISMATCH')
    expectSame(await textIn(context, session_id), 'second', 'the file that both have written holds')
  },
})

async function textIn(context: SessionContext, sessionId: string): Promise<string> {
  const { result } = await control(() => runToEnd(context, 'reads-a-file', { sessionId }))
  return result.stdout.head.trim()
}

export const refusedIsForgotten = check({
  id: 'session.run.refused-is-forgotten',
  rule: 'MUST take a run under a `client_run_id` that came before with a request that was refused',
  covers: ['SSE-19'],
  catches: ['run.remembers-the-refused'],
  scope: 'shared',
  skip: needsRuns,
  async run(context) {
    const clientRunId = `r-${crypto.randomUUID()}`
    const sessionId = await control(() => openSession(context))
    const good = requestFor(context, program('prints-forty-two'), { clientRunId })
    const refused = await context.client.ask(
      'streamRun',
      { session_id: sessionId },
      { ...good, lane: 'expert', expert_id: 'nobody-of-this-name' },
    )
    await control(async () => expectProblem(refused, 'EXPERT_NOT_FOUND', 'VALIDATION_FAILED'))
    const { stream } = await startRun(context, 'prints-forty-two', { sessionId, clientRunId })
    await stream.ended()
  },
})
