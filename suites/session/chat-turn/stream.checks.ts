// What every turn's stream keeps, seen in passing: the judge watches all turns, these checks speak for its rules.
import { streamMessage } from '../../../contracts/session/operations.ts'
import { disconnect, finish, hold, say } from '../../../harness/model/script.ts'
import { expectThat } from '../../expect.ts'
import type { SessionContext } from '../context.ts'
import { streamChecks } from '../stream-checks.ts'
import { mustBeOver, mustCarry, needsExpert, openSession, reachedHold, sendScripted, typicalScript } from '../turns.ts'

/** Plays a turn that goes well and one that the model breaks off. */
async function play(context: SessionContext, shows: readonly string[]): Promise<void> {
  const [good, broken] = await Promise.all([
    sendScripted(context, typicalScript(context)),
    sendScripted(context, [say('One ', 'two '), disconnect()]),
  ])
  await Promise.all([good.turn.ended(), broken.turn.ended()])
  await mustBeOver(good.turn)
  mustCarry(good.turn, ['think', ...shows])
}

async function playFive(context: SessionContext): Promise<void> {
  const words = Array.from({ length: 20 }, (_, place) => `word ${place} `)
  const turns = await Promise.all(Array.from({ length: 5 }, () => sendScripted(context, [say(...words), finish()])))
  await Promise.all(turns.map(({ turn }) => mustBeOver(turn)))
  for (const { turn } of turns)
    expectThat(turn.events.length > 3, 'a turn with many events', `${turn.events.length} events`)
}

/** The model is silent until it is let go, however long that takes. */
async function playQuiet(context: SessionContext) {
  const { client, model } = context
  const session_id = await openSession(context)
  const script = model.script([hold(), say('At last.'), finish()])
  const sent = client.streamMessage({ session_id }, { message: script.message('Take your time.') })
  return { sent, begun: reachedHold(context, script), end: script.release }
}

const consultation = { shows: ['consultation'], skip: needsExpert }
const items = { shows: ['consultation', 'companion_complete'], skip: needsExpert }

export const turnStream = streamChecks({
  operation: streamMessage,
  noun: 'turn',
  play,
  playFive,
  playQuiet,
  more: {
    framing: { catches: ['turn.raw-line-breaks'] },
    envelope: { catches: ['turn.error-without-problem'] },
    'never-truncated': { catches: ['turn.model-failure-is-silent'] },
  },
  closed: {
    rule: 'MUST send `complete` only when every companion message and every consultation is closed',
    covers: ['SSE-11'],
    catches: ['turn.completes-too-early'],
    ...items,
  },
  order: {
    rule: 'MUST open each consultation once, close it once, and keep its expert; MUST close each companion message once',
    covers: ['SSE-12'],
    catches: ['turn.closes-a-consultation-twice'],
    ...items,
  },
  laws: {
    'consultation_id-keeps-expert_id': {
      slug: 'keeps-the-expert',
      rule: 'MUST name the same expert at the start and at the end of a consultation',
      covers: ['SSE-12'],
      catches: ['turn.swaps-experts'],
      ...consultation,
    },
    'companion_complete-joins': {
      slug: 'text-joins',
      rule: 'MUST give in `companion_complete` exactly the deltas of that message, joined',
      covers: ['SSE-13'],
      catches: ['turn.drops-a-chunk', 'turn.repeats-a-chunk'],
      shows: ['companion_complete'],
    },
  },
})
