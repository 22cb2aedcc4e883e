// When things come: the first bytes, each chunk, the comments that keep a silent stream alive.
import { bounds } from '../../../contracts/session/bounds.ts'
import { within } from '../../../harness/client/patience.ts'
import { finish, hold, say } from '../../../harness/model/script.ts'
import { control, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import { mustBeOver, openSession, reachedHold, saidIn, sendScripted } from '../turns.ts'

export const firstBytes = check({
  id: 'session.turn.first-bytes',
  rule: 'MUST send the head and `start` within 1 s of the message, however long the model takes',
  covers: ['SSE-02'],
  catches: ['turn.starts-late'],
  scope: 'shared',
  owns: [{ rules: ['sse.first-bytes'], operation: 'session.message.stream' }],
  async run(context) {
    const { client, model, patience } = context
    const session_id = await control(() => openSession(context))
    const script = model.script([hold(), say('At last.'), finish()])
    const sent = client.streamMessage({ session_id }, { message: script.message('Take your time.') })
    const started = sent.then((turn) => turn.first())
    const asked = reachedHold(context, script)
    for (const promise of [started, asked]) promise.catch(() => undefined)
    await control(() => Promise.race([sent, asked]))
    const waitMs = patience.stretch(bounds.firstBytesMs)
    const start = await within(waitMs, started).finally(script.release)
    await asked
    // Now that the model has answered, a head that waited for it has come too.
    const turn = await control(() => sent)
    await control(() => turn.next('companion_chunk'))
    await turn.ended()
    expectThat(start !== undefined, `\`start\` within ${Math.round(waitMs)} ms`, 'nothing while the model was silent')
  },
})

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

export const keepAlive = check({
  id: 'session.turn.keep-alive',
  rule: 'MUST send something at least every `keepalive_ms` while a turn waits',
  covers: ['SSE-15'],
  catches: ['turn.no-keep-alive'],
  scope: 'shared',
  owns: [{ rules: ['sse.keepalive'], operation: 'session.message.stream' }],
  async run(context) {
    const { capabilities, patience } = context
    const { script, turn } = await control(() => sendScripted(context, [say('Wait. '), hold(), say('Done.'), finish()]))
    await control(() => turn.next('companion_chunk'))
    const silentFrom = turn.exchange.chunks.length
    const dueMs = patience.stretch(capabilities.keepalive_ms + bounds.keepaliveGraceMs)
    const bytes = await turn.moreBytes(dueMs)
    script.release()
    await control(() => mustBeOver(turn))
    expectThat(bytes, `a comment within ${Math.round(dueMs)} ms of silence`, `nothing after piece ${silentFrom}`)
  },
})
