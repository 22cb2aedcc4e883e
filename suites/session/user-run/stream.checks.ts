// What every run's stream keeps, seen in passing: the judge watches all runs, these checks speak for its rules.
import { streamRun } from '../../../contracts/session/run-operations.ts'
import { within } from '../../../harness/client/patience.ts'
import { expectThat } from '../../expect.ts'
import type { SessionContext } from '../context.ts'
import { idsOf, mayAsk, needsLimit, needsRuns, type StartedRun, sendRun, startRun } from '../runs.ts'
import { streamChecks } from '../stream-checks.ts'
import { mustBeOver } from '../turns.ts'

/** Plays a run that prints to both streams, one that prints more than its limit, one that fails, and one that is cancelled. */
async function play(context: SessionContext, shows: readonly string[]): Promise<void> {
  const limits = mayAsk(context, { output_bytes: 4_096 })
  const started = await Promise.all([
    startRun(context, 'prints-on-both'),
    startRun(context, 'prints-a-page', { limits }),
    startRun(context, 'exits-three'),
    playCancelled(context),
  ])
  await Promise.all(started.map(({ stream }) => mustBeOver(stream)))
  const wire = started.flatMap(({ stream }) => stream.exchange.chunks.map(({ text }) => text)).join('')
  for (const text of ['run_complete', ...shows]) expectThat(wire.includes(text), `runs that show ${text}`, 'none')
}

/** Where the cancel is ignored the limit ends it, so that nobody waits for it. */
async function playCancelled(context: SessionContext): Promise<StartedRun> {
  const run = await startRun(context, 'sleeps-a-minute', { limits: mayAsk(context, { wall_ms: 2_000 }) })
  await context.client.cancelRun(await idsOf(run))
  return run
}

async function playFive(context: SessionContext): Promise<void> {
  const runs = await Promise.all(Array.from({ length: 5 }, () => startRun(context, 'prints-on-both')))
  await Promise.all(runs.map(({ stream }) => mustBeOver(stream)))
  for (const { at, stream } of runs)
    expectThat(stream.events.length > 3, 'a run with many events', `${stream.events.length} events`, at)
}

/** Code that sleeps; its limit ends it where it cannot be cancelled, since it has not said who it is. */
async function playQuiet(context: SessionContext, lastsMs: number) {
  const limits = mayAsk(context, { wall_ms: Math.round(lastsMs) })
  const { taken } = await sendRun(context, 'sleeps-a-minute', { limits })
  return {
    sent: taken.then(({ stream }) => stream),
    begun: Promise.resolve(),
    async end() {
      const ids = await within(endsAtOnceMs, taken.then(idsOf))
      if (ids !== undefined) await context.client.ask('cancelRun', ids)
    },
  }
}

/** Ids that have come are there at once. */
const endsAtOnceMs = 100

export const runStream = streamChecks({
  operation: streamRun,
  noun: 'run',
  play,
  playFive,
  playQuiet,
  skip: needsRuns,
  closed: {
    rule: 'MUST send `complete` only when the result of the run has come',
    covers: ['SSE-11'],
    catches: ['run.completes-without-a-result'],
  },
  order: {
    rule: 'MUST send output before the result, and one result',
    covers: ['EXE-09'],
    catches: ['run.prints-after-the-result', 'run.has-two-results'],
    shows: ['run_output'],
  },
  laws: {
    'output-joins': {
      slug: 'output-joins',
      rule: 'MUST stream what the result holds: every text before the truncation is its `head`, every text after it its `tail`',
      covers: ['EXE-08', 'EXE-09'],
      catches: ['run.loses-output', 'run.truncates-silently'],
      shows: ['run_output'],
    },
    'truncation-is-told': {
      slug: 'truncation-is-told',
      rule: 'MUST tell truncated output by one `output_truncated` with every byte that is dropped, and no other',
      covers: ['EXE-08'],
      catches: ['run.truncates-silently', 'run.miscounts-what-it-drops', 'limits.count-what-is-kept'],
      shows: ['run_output'],
      skip: needsLimit('output_bytes'),
    },
    'result-belongs': {
      slug: 'result-belongs',
      rule: 'MUST name in the result the session and the lane of the run, and an end that a run can have',
      covers: ['SSE-06'],
      catches: ['run.names-another-session', 'run.names-another-lane'],
    },
    'ending-agrees': {
      slug: 'ending-agrees',
      rule: 'MUST name the limit that was passed, tell the exception where there was one, and give an exit code that is no zero where there is no other reason',
      covers: ['EXE-01', 'EXE-07'],
      catches: ['run.fails-with-code-0'],
      shows: ['nonzero_exit'],
    },
    'cancel-is-told': {
      slug: 'cancel-is-told',
      rule: 'MUST end the stream of a cancelled run with `error`, after its result',
      covers: ['EXE-11', 'SSE-17'],
      catches: ['run.cancelled-is-success', 'run.cancelled-without-a-result'],
    },
  },
})
