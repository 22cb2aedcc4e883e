// Failures of the language model: told in the stream as a problem, never as a success, never by silence.
import { disconnect, endEarly, fail, nonsense, type Reply, say } from '../../../harness/model/script.ts'
import { control, expectThat } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import { answerRules } from '../session/sessions.checks.ts'
import { mustBeOver, mustCarry, openSession, sendScripted } from '../turns.ts'

/** Plays a turn that the model spoils; it must end with `error` and this code. */
async function mustFail(context: SessionContext, how: string, reply: Reply): Promise<void> {
  const { turn } = await control(() => sendScripted(context, [reply]))
  const terminal = await turn.ended()
  const code = terminal?.type === 'error' ? terminal.error.code : undefined
  // An end without a terminal event is never-truncated's; a turn that goes on is nobody's but ours.
  if (terminal === undefined && turn.exchange.ending !== 'closed-by-us') return
  expectThat(
    code === 'UPSTREAM_FAILED',
    `\`error\` with UPSTREAM_FAILED where the model ${how}`,
    terminal === undefined ? `${turn.events.length} events and no end` : `\`${terminal.type}\` ${code ?? ''}`,
  )
}

export const modelFails = check({
  id: 'session.turn.model-fails',
  rule: 'MUST end the turn with `error` UPSTREAM_FAILED when the model refuses, breaks off, ends without an end, or talks nonsense',
  covers: ['SSE-10', 'SSE-14'],
  catches: [
    'turn.model-failure-is-success',
    'turn.wrong-failure-code',
    'turn.two-codes-for-one-failure',
    'turn.error-without-problem',
  ],
  scope: 'shared',
  async run(context) {
    await control(async () => {
      const { turn } = await sendScripted(context, [say('All is well.')])
      await mustBeOver(turn)
      mustCarry(turn, ['well'])
    })
    const spoilt: readonly [how: string, reply: Reply][] = [
      ['answers 500', [fail(500, undefined, { 'retry-after-ms': '1' })]],
      ['answers 401', [fail(401)]],
      ['breaks the connection', [say('One ', 'two '), disconnect()]],
      ['ends its stream without an end', [say('One ', 'two '), endEarly()]],
      ['talks nonsense', [say('One '), nonsense('data: {"choices": [{"delta": \n\n'), endEarly()]],
    ]
    await Promise.all(spoilt.map(([how, reply]) => mustFail(context, how, reply)))
  },
})

export const refusesBeforeStreaming = check({
  id: 'session.turn.refuses-before-streaming',
  rule: 'MUST answer a problem, not a stream, to a message that cannot be taken',
  covers: ['SSE-14', 'SES-02'],
  catches: ['turn.refuses-inside-the-stream'],
  scope: 'shared',
  owns: [{ rules: answerRules, operation: 'session.message.stream' }],
  async run(context) {
    const { client } = context
    const session_id = await control(() => openSession(context))
    const refused = [
      await client.ask('streamMessage', { session_id: 'no-such-session' }, { message: 'Hello' }),
      await client.ask('streamMessage', { session_id }, { message: '' }),
    ]
    for (const [place, { exchange, status }] of refused.entries()) {
      const expected = place === 0 ? 404 : 422
      expectThat(status === expected, `${expected}`, `${status}`, `exchange ${exchange.number}`)
    }
  },
})
