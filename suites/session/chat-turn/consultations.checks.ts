// Consultations: experts asked side by side, one that fails, one that is not there, a tool that is not allowed.
import { callTool, finish, say } from '../../../harness/model/script.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import { anyExpert, consult, needsExpert, sendScripted } from '../turns.ts'

export const expertFails = check({
  id: 'session.consultation.failure-is-not-the-end',
  rule: 'MUST go on with the turn when one of two experts fails: one `consultation_complete`, one `consultation_error`, then more text and `complete`',
  covers: ['SSE-11', 'SSE-12', 'EXE-13'],
  catches: ['turn.expert-error-ends-it', 'turn.expert-error-vanishes'],
  scope: 'shared',
  skip: needsExpert,
  async run(context) {
    const expert = anyExpert(context)
    const { script, turn } = await control(() =>
      sendScripted(context, [
        [say('Asking. '), consult(expert, 'prints-forty-two'), consult(expert, 'raises-value-error')],
        [say('Both have answered.'), finish()],
      ]),
    )
    await control(() => turn.next('consultation_start'))
    await turn.ended()
    const types = turn.events.map(({ type }) => type)
    const count = (type: string) => types.filter((other) => other === type).length
    expectSame(count('consultation_start'), 2, 'consultations that start:')
    expectSame(count('consultation_error'), 1, 'consultations that fail:')
    expectThat(
      types.lastIndexOf('companion_chunk') > types.lastIndexOf('consultation_error'),
      'text after the failed consultation',
      types.join(', '),
    )
    expectThat(
      script.calls.length === 2,
      'the model asked again with what the experts said',
      `${script.calls.length} calls of the model`,
    )
  },
})

export const refusesTools = check({
  id: 'session.consultation.refuses-tools',
  rule: 'MUST answer a call of an unknown function with `consultation_error` TOOL_NOT_ALLOWED, of an unknown expert with EXPERT_NOT_FOUND, and go on',
  covers: ['EXE-13'],
  catches: [
    'consultation.allows-any-tool',
    'expert.allows-any-tool',
    'expert.takes-anybody',
    'turn.expert-error-ends-it',
    'turn.expert-error-vanishes',
  ],
  scope: 'shared',
  async run(context) {
    const { turn } = await control(() =>
      sendScripted(context, [
        [
          callTool('shell', { command: 'echo no' }),
          callTool('consult_expert', { expert_id: 'nobody', task: 'Hello?' }),
        ],
        [say('Then without.'), finish()],
      ]),
    )
    await control(() => turn.next('start'))
    await turn.ended()
    const errors = turn.events.flatMap((event) => (event.type === 'consultation_error' ? [event.error.code] : []))
    expectSame(errors.sort(), ['EXPERT_NOT_FOUND', 'TOOL_NOT_ALLOWED'], 'failed consultations with')
    expectThat(
      turn.events.some(({ type }) => type === 'companion_chunk'),
      'text after the refusals',
      'none',
    )
  },
})
