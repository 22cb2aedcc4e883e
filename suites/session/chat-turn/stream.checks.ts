// What every turn's stream keeps, seen in passing: the judge watches all turns, these checks speak for its rules.
import type { JudgeRule } from '../../../harness/client/wire-rules.ts'
import { disconnect, say } from '../../../harness/model/script.ts'
import { control } from '../../expect.ts'
import { check, type SessionCheck, type SessionContext } from '../context.ts'
import { mustBeOver, mustCarry, needsExpert, sendScripted, typicalScript } from '../turns.ts'

/**
 * Plays a turn that goes well and one that the model breaks off; the judge finds what is wrong with them.
 * `shows` are the events without which the good one would show nothing of the rule.
 */
function watching(
  id: string,
  rule: SessionCheck['rule'],
  covers: readonly string[],
  rules: readonly JudgeRule[],
  catches: readonly string[],
  { law, shows = [] }: { law?: string; shows?: readonly string[] } = {},
): SessionCheck {
  const owns = [{ rules, operation: 'session.message.stream', ...(law === undefined ? {} : { law }) }]
  const skip = shows.includes('consultation') ? { skip: needsExpert } : {}
  return check({ id, rule, covers, catches, scope: 'shared', owns, ...skip, run: (context) => seeTurn(context, shows) })
}

async function seeTurn(context: SessionContext, shows: readonly string[]): Promise<void> {
  await control(async () => {
    const [good, broken] = await Promise.all([
      sendScripted(context, typicalScript(context)),
      sendScripted(context, [say('One ', 'two '), disconnect()]),
    ])
    await Promise.all([good.turn.ended(), broken.turn.ended()])
    await mustBeOver(good.turn)
    mustCarry(good.turn, ['think', ...shows])
  })
}

export const head = watching(
  'session.turn.head',
  'MUST answer a message with 200, content-type text/event-stream, cache-control no-store (or no-cache), no length and no compression',
  ['SSE-01'],
  ['stream.head'],
  ['turn.wrong-type', 'turn.cacheable', 'turn.claims-compression'],
)

export const framing = watching(
  'session.turn.framing',
  'MUST frame events so that a strict reader and a conforming one see the same: `id`, `event`, one `data` line, a blank line after each, also the last',
  ['SSE-03'],
  ['sse.framing', 'sse.readers-agree'],
  ['turn.no-blank-line', 'turn.loses-the-last-blank-line', 'turn.pretty-json', 'turn.raw-line-breaks'],
)

export const envelope = watching(
  'session.turn.envelope',
  'MUST put `type`, `seq`, the ids and a UTC time on every event, named alike by `event:` and `id:`',
  ['SSE-06'],
  ['sse.envelope', 'stream.event-schema', 'stream.constant'],
  [
    'turn.misnames-events',
    'turn.forgets-ids',
    'turn.local-time',
    'turn.forgets-the-subject',
    'turn.error-without-problem',
  ],
)

export const opensOnce = watching(
  'session.turn.opens-once',
  'MUST open every turn with exactly one `start`',
  ['SSE-08'],
  ['stream.opens'],
  ['turn.starts-twice', 'turn.no-start'],
)

export const endsOnce = watching(
  'session.turn.ends-once',
  'MUST end every turn with exactly one `complete` or `error`, send nothing after it, and end the body within 1 s',
  ['SSE-09'],
  ['stream.ends-once', 'sse.quiet-end', 'sse.body-ends'],
  ['turn.ends-twice', 'turn.talks-after-end', 'turn.stays-open', 'turn.comments-after-end'],
)

export const neverTruncated = watching(
  'session.turn.never-truncated',
  'MUST NOT end the body of a turn without a terminal event',
  ['SSE-10'],
  ['stream.truncated'],
  ['turn.never-ends', 'turn.model-failure-is-silent'],
)

export const completesClosed = watching(
  'session.turn.completes-closed',
  'MUST send `complete` only when every companion message and every consultation is closed',
  ['SSE-11'],
  ['stream.closed'],
  ['turn.completes-too-early'],
  { shows: ['consultation', 'companion_complete'] },
)

export const bodyOrder = watching(
  'session.turn.body-order',
  'MUST open each consultation once, close it once, and keep its expert; MUST close each companion message once',
  ['SSE-12'],
  ['stream.order'],
  ['turn.closes-a-consultation-twice'],
  { shows: ['consultation', 'companion_complete'] },
)

export const keepsExpert = watching(
  'session.turn.keeps-the-expert',
  'MUST name the same expert at the start and at the end of a consultation',
  ['SSE-12'],
  ['stream.law'],
  ['turn.swaps-experts'],
  { law: 'consultation_id-keeps-expert_id', shows: ['consultation'] },
)

export const joins = watching(
  'session.turn.text-joins',
  'MUST give in `companion_complete` exactly the deltas of that message, joined',
  ['SSE-13'],
  ['stream.law'],
  ['turn.drops-a-chunk', 'turn.repeats-a-chunk'],
  { law: 'companion_complete-joins', shows: ['companion_complete'] },
)
