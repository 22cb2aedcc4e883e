// The numbers of events, also when five turns run at once.
import { finish, say } from '../../../harness/model/script.ts'
import { control, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import { mustBeOver, sendScripted } from '../turns.ts'

export const countsFromOne = check({
  id: 'session.turn.counts-from-one',
  rule: 'MUST number the events of each turn 1, 2, 3, … without gap or repetition, also while five turns run at once',
  covers: ['SSE-07'],
  catches: ['turn.skips-a-number', 'turn.repeats-a-number', 'turn.shares-the-counter'],
  scope: 'shared',
  owns: [{ rules: ['stream.sequence'], operation: 'session.message.stream' }],
  async run(context) {
    const words = Array.from({ length: 20 }, (_, place) => `word ${place} `)
    const turns = await control(() =>
      Promise.all(Array.from({ length: 5 }, () => sendScripted(context, [say(...words), finish()]))),
    )
    await Promise.all(turns.map(({ turn }) => turn.ended()))
    await control(async () => {
      await Promise.all(turns.map(({ turn }) => mustBeOver(turn)))
      for (const { turn } of turns)
        expectThat(turn.events.length > 3, 'a turn with many events', `${turn.events.length} events`)
    })
  },
})
