// The same message sent again is never run twice, and two turns never run side by side in one session.
import { finish, hold, say } from '../../../harness/model/script.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import { expectProblem, isProblem } from '../expect-problem.ts'
import { openSession, saidIn, sendScripted, turnIdOf } from '../turns.ts'

export const runsOnce = check({
  id: 'session.turn.runs-once',
  rule: 'MUST answer a repeated `client_message_id` with 409 DUPLICATE_REQUEST naming the turn, with another body 422 IDEMPOTENCY_MISMATCH, and run nothing twice',
  covers: ['SSE-19'],
  catches: ['turn.runs-twice', 'turn.duplicate-without-turn-id', 'turn.mismatch-is-duplicate'],
  scope: 'shared',
  async run(context) {
    const { client, model } = context
    const client_message_id = `m-${crypto.randomUUID()}`
    const scripted = model.script([say('Only once.'), finish()])
    const message = scripted.message('Count me.')
    const { session_id, turn } = await control(async () => {
      const session_id = await openSession(context)
      const turn = await client.streamMessage({ session_id }, { message, client_message_id })
      return { session_id, turn }
    })
    const turnId = await turnIdOf(turn)
    await turn.ended()
    const again = await client.ask('streamMessage', { session_id }, { client_message_id, message } as never)
    expectProblem(again, 'DUPLICATE_REQUEST')
    const told = again.body as { context?: { turn_id?: string } } | undefined
    if (isProblem(again.body)) expectSame(told?.context?.turn_id, turnId, 'context.turn_id of the refusal:')
    const other = await client.ask(
      'streamMessage',
      { session_id },
      { message: `${message} Really.`, client_message_id },
    )
    expectProblem(other, 'IDEMPOTENCY_MISMATCH')
    expectSame(scripted.calls.length, 1, 'calls of the model for this message:')
  },
})

export const oneTurnAtATime = check({
  id: 'session.turn.one-at-a-time',
  rule: 'MUST answer a second message during a turn with 409 TURN_IN_PROGRESS and go on with the first',
  covers: ['SES-05'],
  catches: ['session.takes-a-second-turn'],
  scope: 'shared',
  async run(context) {
    const { client } = context
    const {
      script,
      sessionId: session_id,
      turn,
    } = await control(() => sendScripted(context, [say('One. '), hold(), say('Two.'), finish()]))
    await control(() => turn.next('companion_chunk'))
    const second = await client.ask('streamMessage', { session_id }, { message: 'And me?' })
    script.release()
    await turn.ended()
    expectProblem(second, 'TURN_IN_PROGRESS')
    expectThat(saidIn(turn).includes('Two.'), 'the first turn to go on after the refusal', saidIn(turn))
  },
})
