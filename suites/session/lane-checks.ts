// The checks of code that hold in both lanes: each is given for the lane of the user and for that of experts.
import { bounds } from '../../contracts/session/bounds.ts'
import { currentSystem } from '../../harness/process/system/current.ts'
import type { ProcessEntry } from '../../harness/process/system/process-system.ts'
import { control, expectSame, expectThat } from '../expect.ts'
import { mustBeAlive } from './alive.ts'
import { check, type SessionCheck, type SessionContext } from './context.ts'
import { killFromOutside, mustBeGone, processOf } from './processes.ts'
import {
  codeRuns,
  expectOutcome,
  idsOf,
  isRunning,
  type Lane,
  mayAsk,
  needsLane,
  needsLimit,
  printed,
  resultOf,
  runToEnd,
  type StartedRun,
  secretsOf,
  startRun,
} from './runs.ts'

/** `session.run.…` in the lane of the user, `session.expert-run.…` in that of experts. */
function laneId(lane: Lane, slug: string): string {
  return `session.${lane === 'user' ? 'run' : 'expert-run'}.${slug}`
}

/** All of them for one lane. */
export function laneChecks(lane: Lane): SessionCheck[] {
  return [
    failuresAreResults,
    crashesAreContained,
    hasNoStdin,
    wallLimit,
    leavesNothingBehind,
    killedFromOutside,
    hidesSecrets,
  ].map((checkOf) => checkOf(lane))
}

/** Runs each of these to its end, as many at once as the lanes hold, and expects what each states. */
async function endAsStated(context: SessionContext, lane: Lane, names: readonly string[]): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      const { result, run } = await runToEnd(context, name, { lane })
      expectOutcome(run, result)
      const terminal = run.stream.events.at(-1)?.type
      // An end that is missing, or comes twice, is told by the checks of the stream.
      if (terminal === 'error') expectSame(terminal, 'complete', 'the end of the stream', run.at)
    }),
  )
}

function failuresAreResults(lane: Lane): SessionCheck {
  return check({
    id: laneId(lane, 'failures-are-results'),
    rule: 'MUST tell code that raises, does not compile, recurses too deep or leaves with an exit code as a result, with the exception or the code, and go on',
    covers: ['EXE-01'],
    catches: [
      'run.failure-is-success',
      'run.fails-with-code-0',
      'run.hides-the-exception',
      'run.loses-the-exit-code',
      'run.failure-ends-the-stream',
    ],
    scope: 'shared',
    skip: needsLane(lane),
    async run(context) {
      await codeRuns(context, lane)
      await endAsStated(context, lane, [
        'raises-value-error',
        'divides-by-zero',
        'has-a-syntax-error',
        'recurses-too-deep',
        'exits-zero',
        'exits-three',
        'exits-hard',
      ])
      await mustBeAlive(context.client, context.sidecar)
    },
  })
}

function crashesAreContained(lane: Lane): SessionCheck {
  return check({
    id: laneId(lane, 'crashes-are-contained'),
    rule: 'MUST tell code that brings its process down as `killed` by `signal` with the name of the signal, stay alive and run the next',
    covers: ['EXE-02', 'EXE-07'],
    catches: ['run.signal-is-an-exit-code'],
    scope: 'shared',
    skip: needsLane(lane),
    async run(context) {
      await codeRuns(context, lane)
      await endAsStated(context, lane, ['segfaults', 'aborts'])
      await mustBeAlive(context.client, context.sidecar)
      await endAsStated(context, lane, ['prints-forty-two'])
    },
  })
}

function hasNoStdin(lane: Lane): SessionCheck {
  return check({
    id: laneId(lane, 'no-stdin'),
    rule: 'MUST let `input()` fail at once with an exception',
    covers: ['EXE-10'],
    catches: ['run.gives-stdin'],
    scope: 'shared',
    skip: needsLane(lane),
    async run(context) {
      await codeRuns(context, lane)
      const run = await control(() => startRun(context, 'asks-for-input', { lane }))
      const result = await resultOf(run)
      // Which exception it is depends on how stdin is closed.
      expectSame(`${result.status}/${result.exit.reason}`, 'error/exception', 'status/reason', run.at)
    },
  })
}

const wallMs = 1_000

/** Timers of systems are so coarse. */
const earlyMs = 50

function wallLimit(lane: Lane): SessionCheck {
  return check({
    id: laneId(lane, 'wall-limit'),
    rule: 'MUST end code that sleeps, loops, blocks outside the interpreter or swallows every exception at its `wall_ms` as `timeout_wall`, no more than 1 s late and not before',
    covers: ['EXE-03', 'EXE-07'],
    catches: ['limits.ignore-wall', 'limits.end-too-early'],
    scope: 'shared',
    skip: (capabilities) => needsLane(lane)(capabilities) ?? needsLimit('wall_ms')(capabilities),
    async run(context) {
      await codeRuns(context, lane)
      const names = ['sleeps-a-minute', 'loops-forever', 'blocks-in-c', 'swallows-everything']
      await Promise.all(names.map((name) => endsAtWall(context, lane, name)))
    },
  })
}

async function endsAtWall(context: SessionContext, lane: Lane, name: string): Promise<void> {
  const run = await control(async () => {
    const run = await startRun(context, name, { lane, limits: mayAsk(context, { wall_ms: wallMs }) })
    await isRunning(context, await idsOf(run))
    return run
  })
  const { at, stream } = run
  const { atMs } = await stream.next('run_complete', { withinMs: wallMs + bounds.limitOverrunMs })
  const result = await resultOf(run)
  expectSame(`${result.status}/${result.exit.reason}`, 'limit/timeout_wall', 'status/reason', at)
  expectSame(result.limit?.name, 'wall_ms', 'limit.name', at)
  const tookMs = Math.round(atMs - stream.exchange.sentAtMs)
  expectThat(tookMs >= wallMs - earlyMs, `an end after ${wallMs} ms`, `after ${tookMs} ms`, at)
}

function leavesNothingBehind(lane: Lane): SessionCheck {
  return check({
    id: laneId(lane, 'leaves-nothing-behind'),
    rule: 'MUST end every process that a run started, in the background or forked twice, with the run: at its own end, at a limit and at a cancel',
    covers: ['EXE-04'],
    catches: ['run.leaves-children'],
    scope: 'shared',
    skip: (capabilities) => needsLane(lane)(capabilities) ?? needsLimit('wall_ms')(capabilities),
    async run(context) {
      // Long enough for slow hosts to start three processes.
      const limits = mayAsk(context, { wall_ms: context.patience.stretch(2 * wallMs) })
      const withinMs = 2 * wallMs + bounds.limitOverrunMs
      const ended = (run: StartedRun) => control(async () => void (await resultOf(run, { withinMs })))
      const cancelled = async (run: StartedRun) => {
        await context.client.cancelRun(await idsOf(run))
        await ended(run)
      }
      await Promise.all([
        leaveNone(context, 'its own end', () => startRun(context, 'leaves-two-for-a-moment', { lane }), ended),
        leaveNone(context, 'the wall limit', () => startRun(context, 'leaves-two-and-waits', { lane, limits }), ended),
        leaveNone(context, 'a cancel', () => startRun(context, 'leaves-two-and-waits', { lane }), cancelled),
      ])
    },
  })
}

/** The processes whose pids the run prints must be seen alive first, and be gone with the run. */
async function leaveNone(
  context: SessionContext,
  when: string,
  start: () => Promise<StartedRun>,
  end: (run: StartedRun) => Promise<void>,
): Promise<void> {
  const run = await control(start)
  const left = await livingOf(await printed(run))
  await end(run)
  await mustBeGone(left, context, bounds.cancelMs, `${when} (${run.at})`)
}

/** The living processes with these pids: a control. */
export function livingOf(pids: string): Promise<ProcessEntry[]> {
  return control(() => Promise.all(pids.trim().split(/\s+/).map(processOf)))
}

function killedFromOutside(lane: Lane): SessionCheck {
  return check({
    id: laneId(lane, 'killed-from-outside'),
    rule: 'MUST tell a run whose process somebody else killed as `killed` by `signal` SIGKILL (on Windows `nonzero_exit` will do), never as a timeout',
    covers: ['EXE-07', 'EXE-02'],
    catches: ['run.kill-is-a-timeout', 'run.misses-a-death', 'run.signal-is-an-exit-code'],
    scope: 'shared',
    skip: needsLane(lane),
    async run(context) {
      const before = await currentSystem().listProcesses()
      const run = await control(() => startRun(context, 'prints-its-pid-and-waits', { lane }))
      const worker = await livingOf(await printed(run))
      await control(async () => mustBeNew(worker, before))
      await killFromOutside(worker)
      const result = await resultOf(run)
      const { reason, signal } = result.exit
      const allowed = ['killed/signal', ...(process.platform === 'win32' ? ['error/nonzero_exit'] : [])]
      const received = `${result.status}/${reason}`
      expectThat(allowed.includes(received), allowed.join(' or '), received, run.at)
      if (reason === 'signal') expectSame(signal, 'SIGKILL', 'exit.signal', run.at)
      await endAsStated(context, lane, ['prints-forty-two'])
    },
  })
}

/** Nobody is killed but who came with the run: code may know itself by a pid that means another process outside. */
function mustBeNew(worker: readonly ProcessEntry[], before: readonly ProcessEntry[]): void {
  const older = worker.find((one) =>
    before.some(({ pid, startTime }) => pid === one.pid && startTime === one.startTime),
  )
  expectThat(older === undefined, 'the pid of a process that came with the run', `that of ${older?.args ?? ''}`)
}

function hidesSecrets(lane: Lane): SessionCheck {
  return check({
    id: laneId(lane, 'hides-secrets'),
    rule: 'MUST NOT let code see the token, the nonce or the model key in its environment, arguments, working directory or inherited handles',
    covers: ['EXE-14'],
    catches: ['run.sees-secrets-in-its-environment', 'run.sees-secrets-in-its-arguments', 'run.inherits-handles'],
    scope: 'shared',
    skip: needsLane(lane),
    async run(context) {
      const { at, seen } = await control(async () => {
        const { result, run } = await runToEnd(context, 'reveals-its-world', { lane })
        const seen = `${result.stdout.head}${result.stdout.tail}`
        expectThat(seen.includes('"environ"'), 'what the code sees', seen.slice(0, 200), run.at)
        return { at: run.at, seen }
      })
      for (const [name, secret] of secretsOf(context))
        expectThat(!seen.includes(secret), `no ${name} where code can see it`, whereIn(seen, secret), at)
    },
  })
}

/** The text around a secret, without the secret. */
function whereIn(seen: string, secret: string): string {
  const place = seen.indexOf(secret)
  return `…${seen.slice(Math.max(0, place - 80), place)}<secret>`
}
