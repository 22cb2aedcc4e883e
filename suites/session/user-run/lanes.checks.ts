// Full lanes: how many runs work, wait and are refused, in which order they come, and a sidecar that answers all the while.
import { setTimeout as pause } from 'node:timers/promises'
import { bounds } from '../../../contracts/session/bounds.ts'
import { program } from '../../../fixtures/programs/programs.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import { expectProblem } from '../expect-problem.ts'
import { livingOf } from '../lane-checks.ts'
import { mustBeGone } from '../processes.ts'
import {
  idsOf,
  isRunning,
  type Lane,
  lanes,
  mayAsk,
  needsLane,
  needsRuns,
  printed,
  requestFor,
  type StartedRun,
  startedRun,
} from '../runs.ts'
import { openSession } from '../turns.ts'
import { mustEndCancelled } from './cancel.checks.ts'

/** Sends a run whether there is a place or not. Throws a Verdict where it is refused. */
async function send(
  context: SessionContext,
  sessionId: string,
  name: string,
  lane: Lane = 'user',
): Promise<StartedRun> {
  const chosen = program(name)
  const limits = mayAsk(context, { wall_ms: 120_000 })
  const request = requestFor(context, chosen, { lane, limits })
  const stream = await context.client.streamRun({ session_id: sessionId }, request)
  return startedRun(stream, sessionId, chosen, lane)
}

const declaredRuns = ({ capabilities }: SessionContext) => capabilities.runs ?? { concurrent: 0, queue: 0 }

/** Fills every lane with runs that tell when they work: a control. */
function fillLanes(context: SessionContext, sessionId: string): Promise<StartedRun[]> {
  return control(async () => {
    const runs: StartedRun[] = []
    for (let place = 0; place < declaredRuns(context).concurrent; place += 1) {
      const run = await send(context, sessionId, 'prints-its-pid-and-waits')
      await printed(run)
      runs.push(run)
    }
    return runs
  })
}

async function stateOf({ client }: SessionContext, run: StartedRun): Promise<string> {
  return (await client.getRun(await idsOf(run))).body.state
}

async function cancel({ client }: SessionContext, run: StartedRun): Promise<void> {
  await client.ask('cancelRun', await idsOf(run))
}

export const queues = check({
  id: 'session.run.queues',
  rule: 'MUST let `runs.concurrent` runs work at once and `runs.queue` more wait in order of arrival, as `queued`; the next is 429 LIMIT_EXCEEDED, and none is lost',
  covers: ['EXE-16', 'EXE-21'],
  catches: [
    'runs.too-many-at-once',
    'runs.refuse-to-queue',
    'runs.queue-without-bound',
    'runs.newest-first',
    'runs.keep-the-place-of-the-cancelled',
    'run.queued-is-running',
  ],
  scope: 'own',
  skip: needsRuns,
  async run(context) {
    const { client } = context
    const sessionId = await control(() => openSession(context))
    const working = await fillLanes(context, sessionId)
    const waiting: StartedRun[] = []
    for (let place = 0; place < declaredRuns(context).queue; place += 1)
      waiting.push(await send(context, sessionId, 'prints-its-pid-and-waits'))
    for (const run of waiting) expectSame(await stateOf(context, run), 'queued', 'a run that must wait is', run.at)
    const tooMany = requestFor(context, program('prints-forty-two'))
    expectProblem(await client.ask('streamRun', { session_id: sessionId }, tooMany), 'LIMIT_EXCEEDED')
    // One place at a time is given back: who came first gets it.
    const all = [...working, ...waiting]
    for (const [place, next] of waiting.entries()) {
      await cancel(context, all[place] ?? next)
      await next.stream.next('run_output')
      const later = waiting
        .slice(place + 1)
        .filter(({ stream }) => stream.events.some(({ type }) => type === 'run_output'))
      expectSame(later.length, 0, 'runs that came later and work:', next.at)
    }
    await Promise.all(all.map((run) => cancel(context, run)))
    for (const { at, stream } of all) {
      await stream.ended()
      expectThat(
        stream.events.some(({ type }) => type === 'run_complete'),
        'a result of each run',
        'none',
        at,
      )
    }
  },
})

export const cancelsWaiting = check({
  id: 'session.run.cancel-while-it-waits',
  rule: 'MUST end a run that is cancelled before its turn within 2 s as `cancelled_user` and never begin it',
  covers: ['EXE-11', 'SSE-17'],
  catches: ['run.ignores-cancel', 'run.cancelled-without-a-result'],
  scope: 'own',
  skip: (capabilities) => {
    const { queue } = (capabilities['runs'] ?? { queue: 0 }) as { queue: number }
    return needsRuns(capabilities) ?? (queue === 0 ? 'no run waits (`runs.queue` is 0)' : undefined)
  },
  async run(context) {
    const sessionId = await control(() => openSession(context))
    const working = await fillLanes(context, sessionId)
    const waiting = await control(async () => {
      const run = await send(context, sessionId, 'prints-its-pid-and-waits')
      expectSame(await stateOf(context, run), 'queued', 'a run that must wait is', run.at)
      return run
    })
    await cancel(context, waiting)
    await mustEndCancelled(waiting, 'user', bounds.cancelMs)
    await Promise.all(working.map((run) => cancel(context, run)))
    await Promise.all([...working, waiting].map(({ stream }) => stream.ended()))
    const printed = waiting.stream.events.some(({ type }) => type === 'run_output')
    expectThat(!printed, 'a run that never begins', 'its output', waiting.at)
  },
})

const samples = 100
const everyMs = 50

export const staysHealthy = check({
  id: 'session.run.stays-healthy',
  rule: 'MUST answer /health within 500 ms, 99 times of 100, while busy and blocking code fills every lane',
  covers: ['EXE-15'],
  catches: ['run.blocks-the-sidecar'],
  scope: 'own',
  skip: needsRuns,
  async run(context) {
    const { capabilities, client, patience } = context
    const sessionId = await control(() => openSession(context))
    const usable = lanes.filter((lane) => needsLane(lane)(capabilities) === undefined)
    const runs = await control(async () => {
      const runs: StartedRun[] = []
      for (let place = 0; place < declaredRuns(context).concurrent; place += 1) {
        const name = place % 2 === 0 ? 'loops-forever' : 'blocks-in-c'
        const run = await send(context, sessionId, name, usable[place % usable.length])
        await isRunning(context, await idsOf(run))
        runs.push(run)
      }
      return runs
    })
    const tookMs: number[] = []
    for (let sample = 0; sample < samples; sample += 1) {
      tookMs.push((await client.ask('health')).tookMs)
      await pause(everyMs)
    }
    await control(async () => {
      for (const run of runs) expectSame(await stateOf(context, run), 'running', 'code that fills a lane is', run.at)
    })
    const waitMs = patience.stretch(bounds.busyHealthMs)
    const sorted = tookMs.sort((a, b) => a - b)
    const p99Ms = sorted[Math.ceil(samples * 0.99) - 1] ?? 0
    expectThat(
      p99Ms <= waitMs,
      `/health within ${Math.round(waitMs)} ms`,
      `${Math.round(p99Ms)} ms at the 99th percentile`,
    )
  },
})

export const endsAtShutdown = check({
  id: 'session.run.ends-at-shutdown',
  rule: 'MUST end runs at /shutdown as `cancelled_shutdown`, then with `error` CANCELLED, and leave no process of theirs',
  covers: ['SSE-17', 'EXE-04', 'LC-10'],
  catches: ['run.outlives-shutdown', 'run.cancelled-without-a-result', 'run.cancel-hides-its-reason'],
  scope: 'own',
  skip: needsRuns,
  async run(context) {
    const sessionId = await control(() => openSession(context))
    const run = await control(() => send(context, sessionId, 'leaves-a-child-and-waits'))
    const left = await livingOf(await printed(run))
    await control(() => context.client.shutdown())
    await mustEndCancelled(run, 'shutdown', bounds.cancelMs)
    await run.stream.ended()
    await mustBeGone(left, context, bounds.stopMs, `/shutdown (${run.at})`)
  },
})
