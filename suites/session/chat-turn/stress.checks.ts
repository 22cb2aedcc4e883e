// Streams under stress: a mebibyte in one chunk, characters cut at every byte, a reader that stops reading.
import { bounds } from '../../../contracts/session/bounds.ts'
import { finish, say, sayBytewise } from '../../../harness/model/script.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import { mustCarry, saidIn, sendScripted } from '../turns.ts'

export const largeChunks = check({
  id: 'session.turn.large-chunks',
  rule: 'MUST pass on a chunk of 1 MiB whole',
  covers: ['SSE-04'],
  catches: ['turn.cuts-at-64-kib'],
  scope: 'shared',
  async run(context) {
    const text = `${'0123456789abcde\n'.repeat(64 * 1024)}end`
    const { turn } = await control(() => sendScripted(context, [say('Here: ', text), finish()]))
    await control(() => turn.next('companion_chunk'))
    await turn.ended()
    const said = saidIn(turn)
    expectThat(
      said === `Here: ${text}`,
      `${text.length + 6} characters`,
      `${said.length} characters, the last ${JSON.stringify(said.slice(-20))}`,
    )
  },
})

export const cutCharacters = check({
  id: 'session.turn.cut-characters',
  rule: 'MUST keep characters whole that reach it cut between any two bytes',
  covers: ['SSE-04'],
  catches: ['turn.decodes-piece-by-piece'],
  scope: 'shared',
  async run(context) {
    const text = 'é漢😀 – ñ 👩‍👩‍👧 ß'
    const { turn } = await control(() => sendScripted(context, [sayBytewise(text), finish()]))
    await control(() => turn.next('companion_chunk'))
    await turn.ended()
    expectSame(saidIn(turn), text, 'the text of the model:')
  },
})

export const slowReader = check({
  id: 'session.turn.slow-reader',
  rule: 'SHOULD serve others while one reader does not read',
  covers: ['SSE-22'],
  catches: ['turn.one-stream-at-a-time'],
  scope: 'own',
  async run(context) {
    const { client, patience } = context
    // More than any socket's buffers hold: whoever does not read stops whoever writes.
    const flood = Array.from({ length: 400 }, () => say('word '.repeat(16 * 1024)))
    const slow = await control(() => sendScripted(context, [...flood, finish()]))
    await control(() => slow.turn.next('companion_chunk'))
    slow.turn.pause()
    const other = await sendScripted(context, [say('I am served.'), finish()])
    await other.turn.next('companion_chunk', { withinMs: bounds.firstBytesMs + bounds.chunkDelayMs })
    await other.turn.ended()
    await control(async () => mustCarry(other.turn, ['served']))
    const { tookMs } = await client.ask('health')
    const waitMs = patience.stretch(bounds.firstBytesMs)
    expectThat(tookMs < waitMs, `/health within ${Math.round(waitMs)} ms`, `after ${Math.round(tookMs)} ms`)
    slow.turn.leave()
  },
})
