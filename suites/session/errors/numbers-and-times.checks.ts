// What every reader of JSON must be able to read alike: numbers and times. The judge looks at the numbers of every exchange of every check.
import { timestamp } from '../../../contracts/core/primitives.ts'
import { control, expectThat } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import { mustBeOver, mustCarry, sendScripted, typicalScript } from '../turns.ts'

interface Told {
  /** Where the value was seen. */
  readonly at: string
  readonly value: unknown
}

/** The answers and the events of a session's whole life. */
async function wholeLife(context: SessionContext): Promise<Told[]> {
  const { client } = context
  const { sessionId, turn } = await sendScripted(context, typicalScript(context))
  await mustBeOver(turn)
  mustCarry(turn, ['think'])
  const created = await client.newSession({})
  const reported = await client.reportSession({ session_id: sessionId })
  const ended = await client.endSession({ session_id: sessionId })
  const answers = [created, reported, ended].map(({ body, exchange }) => ({
    at: `exchange ${exchange.number}: ${exchange.method} ${exchange.path}`,
    value: body,
  }))
  const events = turn.events.map(({ atMs: _, ...value }, place) => ({
    at: `exchange ${turn.exchange.number}, event ${place + 1}`,
    value,
  }))
  return [...answers, ...events]
}

/** The members that the contract calls `ts` or `…_at`, with their values. */
function timesIn(value: unknown): readonly (readonly [member: string, time: unknown])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([member, inner]) =>
    /^ts$|_at$/.test(member) && inner !== null ? [[member, inner] as const] : timesIn(inner),
  )
}

export const numbersAndTimes = check({
  id: 'session.errors.numbers-and-times',
  rule: 'SHOULD write finite numbers up to 2^53−1 alone, never NaN or Infinity, and times as RFC 3339 in UTC with milliseconds and `Z`',
  covers: ['ERR-06'],
  catches: [
    'errors.unsafe-numbers',
    'errors.writes-nan',
    'turn.unsafe-numbers',
    'turn.writes-nan',
    'turn.local-time',
    'session.local-time',
  ],
  scope: 'shared',
  owns: [{ rules: ['json.numbers'] }],
  async run(context) {
    const told = await control(() => wholeLife(context))
    const times = told.flatMap(({ at, value }) => timesIn(value).map(([member, time]) => ({ at, member, time })))
    await control(async () => expectThat(times.length > 0, 'times in answers and events', 'none'))
    for (const { at, member, time } of times) {
      const expected = `${member} like 2026-01-31T23:59:59.000Z`
      expectThat(timestamp.safeParse(time).success, expected, JSON.stringify(time), at)
    }
  },
})
