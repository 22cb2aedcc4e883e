// When the chunks of the model come: at once, one by one.
import { bounds } from '../../../contracts/session/bounds.ts'
import { finish, hold, say } from '../../../harness/model/script.ts'
import { control } from '../../expect.ts'
import { check } from '../context.ts'
import { reachedHold, saidIn, sendScripted } from '../turns.ts'

export const flushes = check({
  id: 'session.turn.flushes',
  rule: 'MUST pass each chunk of the model on within 500 ms',
  covers: ['SSE-05'],
  catches: ['turn.batches'],
  scope: 'shared',
  async run(context) {
    const { script, turn } = await control(() =>
      sendScripted(context, [say('first '), hold(), say('second '), hold(), say('third'), finish()]),
    )
    for (const [place, text] of ['first', 'second'].entries()) {
      await reachedHold(context, script, place + 1)
      const where = () => saidIn(turn).includes(text)
      await turn.next('companion_chunk', { withinMs: bounds.chunkDelayMs, where }).finally(script.release)
    }
    await turn.ended()
  },
})
