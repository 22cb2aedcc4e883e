// Ends from outside: a cancel at any moment, a client that leaves, a session that ends. The work itself stops.
import { bounds } from '../../../contracts/session/bounds.ts'
import { within } from '../../../harness/client/patience.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { askUntil } from '../ask-until.ts'
import { check, type SessionContext } from '../context.ts'
import { expectProblem } from '../expect-problem.ts'
import { livingOf } from '../lane-checks.ts'
import { mustBeGone } from '../processes.ts'
import { codeRuns, idsOf, needsRuns, printed, resultOf, runToEnd, type StartedRun, startRun } from '../runs.ts'
import { answerRules } from '../session/sessions.checks.ts'

/** Expects the result and then the `error` of a run that was ended from outside, in time. */
export async function mustEndCancelled({ at, stream }: StartedRun, reason: string, withinMs: number): Promise<void> {
  const error = await stream.next('error', { withinMs })
  expectSame(error.error.code, 'CANCELLED', 'the code', at)
  expectSame(error.error.context?.['reason'], reason, 'context.reason', at)
  const result = stream.events.find((event) => event.type === 'run_complete')?.result
  const received = result === undefined ? 'no result' : `${result.status}/${result.exit?.reason}`
  expectSame(received, `cancelled/cancelled_${reason}`, 'the result before the error', at)
}

export const cancels = check({
  id: 'session.run.cancel',
  rule: 'MUST end a cancelled run within 2 s as `cancelled_user`, then with `error` CANCELLED, reason `user`; a second cancel is 202, and the session runs the next',
  covers: ['EXE-11', 'SSE-17'],
  catches: [
    'run.ignores-cancel',
    'run.refuses-the-second-cancel',
    'run.cancelled-is-success',
    'run.cancel-hides-its-reason',
    'run.cancelled-without-a-result',
  ],
  scope: 'shared',
  skip: needsRuns,
  owns: [{ rules: answerRules, operation: 'session.run.cancel' }],
  async run(context) {
    const run = await control(() => startRun(context, 'swallows-everything'))
    await printed(run)
    const ids = await idsOf(run)
    const { status } = await context.client.ask('cancelRun', ids)
    expectSame(status, 202, 'the cancel answers', run.at)
    await mustEndCancelled(run, 'user', bounds.cancelMs)
    await run.stream.ended()
    const again = await context.client.ask('cancelRun', ids)
    expectSame(again.status, 202, 'a second cancel answers', run.at)
    const next = await runToEnd(context, 'prints-forty-two', { sessionId: run.sessionId })
    expectSame(next.result.status, 'ok', 'the next run ends', next.run.at)
  },
})

export const cancelKeepsOutcome = check({
  id: 'session.run.cancel-after-the-end',
  rule: 'MUST answer 202 to the cancel of a finished run and keep its result; 404 RUN_NOT_FOUND for a run that never was',
  covers: ['EXE-11', 'SSE-17'],
  catches: ['run.cancel-overwrites', 'run.cancels-unknown'],
  scope: 'shared',
  skip: needsRuns,
  async run(context) {
    const { client } = context
    const { run } = await control(() => runToEnd(context, 'prints-forty-two'))
    const ids = await idsOf(run)
    const before = await control(() => client.getRun(ids))
    expectSame((await client.ask('cancelRun', ids)).status, 202, 'the cancel of a finished run answers', run.at)
    const after = await client.getRun(ids)
    expectSame(after.body, before.body, 'after the cancel the run is still', run.at)
    expectProblem(await client.ask('cancelRun', { ...ids, run_id: 'no-such-run' }), 'RUN_NOT_FOUND')
  },
})

const races = 20

export const cancelRace = check({
  id: 'session.run.cancel-race',
  rule: 'MUST give a run that is cancelled while it ends one outcome, its own or `cancelled_user`, the same in the stream and ever after',
  covers: ['EXE-11'],
  catches: ['run.cancel-overwrites', 'run.tells-another-result'],
  scope: 'shared',
  skip: needsRuns,
  async run(context) {
    await codeRuns(context, 'user')
    await Promise.all(Array.from({ length: races }, (_, place) => raceOnce(context, place)))
  },
})

/** Cancels a run ever later in its short life. */
async function raceOnce(context: SessionContext, place: number): Promise<void> {
  const { client } = context
  const run = await control(() => startRun(context, 'prints-its-folder'))
  const ids = await idsOf(run)
  const { stream } = run
  if (place % 2 === 1) await Promise.race([stream.next('run_output'), stream.ended()]).catch(() => undefined)
  await client.ask('cancelRun', ids)
  const result = await resultOf(run)
  const ending = `${result.status}/${result.exit.reason}`
  const allowed = ['ok/normal', 'cancelled/cancelled_user']
  expectThat(allowed.includes(ending), allowed.join(' or '), ending, run.at)
  await client.ask('cancelRun', ids)
  const { body } = await client.getRun(ids)
  expectSame(body.state, 'finished', 'the run is', run.at)
  expectSame(body.result, stream.events.find((event) => event.type === 'run_complete')?.result, 'its result is', run.at)
}

export const stopsOnDisconnect = check({
  id: 'session.run.stops-on-disconnect',
  rule: 'MUST end the process of a run within 2 s after its client has closed the connection, as `cancelled_disconnect`',
  covers: ['SSE-16', 'EXE-04'],
  catches: ['run.ignores-disconnect', 'run.leaves-children'],
  scope: 'shared',
  skip: needsRuns,
  async run(context) {
    const { client, patience } = context
    const run = await control(() => startRun(context, 'leaves-a-child-and-waits'))
    const left = await livingOf(await printed(run))
    const ids = await idsOf(run)
    run.stream.leave()
    await mustBeGone(left, context, bounds.cancelMs, `the end of the connection (${run.at})`)
    const { state, result } = await askUntil(
      async () => (await client.getRun(ids)).body,
      ({ state }) => state === 'finished',
      patience.stretch(bounds.cancelMs),
    )
    const received = result === null ? state : `${result.status}/${result.exit.reason}`
    expectSame(received, 'cancelled/cancelled_disconnect', 'the run is', run.at)
  },
})

export const endsWithSession = check({
  id: 'session.run.ends-with-its-session',
  rule: 'MUST end a run within 2 s of the end of its session as `cancelled_session_ended`, then with `error` CANCELLED, and leave no process',
  covers: ['SES-03', 'EXE-04'],
  catches: [
    'run.outlives-its-session',
    'run.leaves-children',
    'run.cancelled-is-success',
    'run.cancel-hides-its-reason',
    'run.cancelled-without-a-result',
  ],
  scope: 'shared',
  skip: needsRuns,
  async run(context) {
    const run = await control(() => startRun(context, 'leaves-a-child-and-waits'))
    const left = await livingOf(await printed(run))
    const end = context.client.ask('endSession', { session_id: run.sessionId })
    end.catch(() => undefined)
    await mustEndCancelled(run, 'session_ended', bounds.cancelMs)
    await run.stream.ended()
    await mustBeGone(left, context, bounds.cancelMs, `the end of the session (${run.at})`)
    const answer = await within(context.patience.stretch(context.options.bounds.answerMs), end)
    expectSame(answer?.status, 200, 'the end answers')
  },
})
