// Cancelling: by request at every moment of a turn, and by a client that leaves. The work itself stops.
import { bounds } from '../../../contracts/session/bounds.ts'
import { within } from '../../../harness/client/patience.ts'
import { finish, hold, say } from '../../../harness/model/script.ts'
import { Verdict } from '../../../harness/verdict.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import { expectProblem } from '../expect-problem.ts'
import { answerRules } from '../session/sessions.checks.ts'
import { anyExpert, consult, needsExpert, reachedHold, type ScriptedTurn, sendScripted, turnIdOf } from '../turns.ts'

/** Cancels the turn and expects its `error` in time, with the reason, and a session that can be used again. */
async function cancelAndSee(
  context: SessionContext,
  { script, sessionId, turn }: ScriptedTurn,
  when: string,
): Promise<void> {
  const turnId = await turnIdOf(turn)
  const ids = { session_id: sessionId, turn_id: turnId }
  await context.client.cancelTurn(ids)
  const error = await turn.next('error', { withinMs: bounds.cancelMs })
  expectSame(error.error.code, 'CANCELLED', `${when}: the code`)
  expectSame(error.error.context?.['reason'], 'user', `${when}: context.reason`)
  await turn.ended()
  const { status } = await context.client.ask('cancelTurn', ids)
  expectSame(status, 202, `${when}: a second cancel answers`)
  script.release()
  const again = await sendScripted(context, [say('Here I am.'), finish()], { sessionId })
  await again.turn.next('companion_chunk')
  await again.turn.ended()
}

export const cancels = check({
  id: 'session.turn.cancel',
  rule: 'MUST end a cancelled turn within 2 s with `error` CANCELLED, reason `user`; the session takes the next message, and a second cancel is 202',
  covers: ['SSE-17'],
  catches: ['cancel.ignored', 'cancel.refuses-the-second', 'cancel.hides-its-reason', 'cancel.looks-like-success'],
  scope: 'shared',
  owns: [{ rules: answerRules, operation: 'session.turn.cancel' }],
  async run(context) {
    const beforeText = await control(() => sendScripted(context, [hold(), say('Never said.'), finish()]))
    const midText = await control(() => sendScripted(context, [say('Once upon '), hold(), say('a time.'), finish()]))
    await control(() => midText.turn.next('companion_chunk'))
    await cancelAndSee(context, beforeText, 'before the first chunk')
    await cancelAndSee(context, midText, 'in the middle of the text')
  },
})

export const cancelsConsultation = check({
  id: 'session.turn.cancel-consultation',
  rule: 'MUST end a turn that is cancelled during a consultation within 2 s, however long the expert would work',
  covers: ['SSE-17'],
  catches: ['cancel.ignored', 'cancel.hides-its-reason', 'cancel.looks-like-success', 'cancel.refuses-the-second'],
  scope: 'shared',
  skip: needsExpert,
  async run(context) {
    const turn = await control(() =>
      sendScripted(context, [[consult(anyExpert(context), 'sleeps-a-minute')], [finish()]]),
    )
    await control(() => turn.turn.next('consultation_start'))
    await cancelAndSee(context, turn, 'in a consultation')
  },
})

export const cancelKeepsOutcome = check({
  id: 'session.turn.cancel-after-the-end',
  rule: 'MUST answer 202 to the cancel of a finished turn and keep what it said; 404 TURN_NOT_FOUND for a turn that never was',
  covers: ['SSE-17'],
  catches: ['cancel.accepts-unknown', 'cancel.forgets-finished'],
  scope: 'shared',
  async run(context) {
    const { client } = context
    const { sessionId: session_id, turn } = await control(() => sendScripted(context, [say('Done.'), finish()]))
    const turnId = await turnIdOf(turn)
    await turn.ended()
    const before = await client.reportSession({ session_id })
    const finished = await client.ask('cancelTurn', { session_id, turn_id: turnId })
    expectSame(finished.status, 202, 'the cancel of a finished turn answers')
    const after = await client.reportSession({ session_id })
    expectSame(after.body.sections, before.body.sections, 'the report still says')
    const unknown = await client.ask('cancelTurn', { session_id, turn_id: 'no-such-turn' })
    expectProblem(unknown, 'TURN_NOT_FOUND')
  },
})

export const stopsOnDisconnect = check({
  id: 'session.turn.stops-on-disconnect',
  rule: 'MUST stop the work of a turn within 2 s after its client has closed the connection, and take the next message',
  covers: ['SSE-16'],
  catches: ['turn.ignores-disconnect'],
  scope: 'shared',
  async run(context) {
    const { patience } = context
    const { script, sessionId, turn } = await control(() =>
      sendScripted(context, [say('Once '), hold(), say('more.'), finish()]),
    )
    await control(() => turn.next('companion_chunk'))
    const call = await reachedHold(context, script)
    turn.leave()
    const waitMs = patience.stretch(bounds.cancelMs)
    const giveUpAtMs = performance.now() + waitMs
    const closed = await within(waitMs, call.ended)
    script.release()
    const bound = `within ${Math.round(waitMs)} ms`
    expectThat(closed !== undefined, `the connection to the model closed ${bound}`, 'it is still open')
    const again = await whenFree(context, sessionId, giveUpAtMs)
    expectThat(again !== undefined, `the next message taken ${bound}`, '409 TURN_IN_PROGRESS')
    await again.turn.next('companion_chunk')
    await again.turn.ended()
  },
})

/** Sends a message as soon as the session takes one: that it is free again has no event, so it is asked until then. */
async function whenFree(
  context: SessionContext,
  sessionId: string,
  giveUpAtMs: number,
): Promise<ScriptedTurn | undefined> {
  const { client } = context
  for (;;) {
    try {
      return await sendScripted(context, [say('Back again.'), finish()], { sessionId })
    } catch (error) {
      const isBusy = error instanceof Verdict && error.facts.received.startsWith('409')
      if (!isBusy) throw error
      if (performance.now() > giveUpAtMs) return undefined
      await client.health()
    }
  }
}
