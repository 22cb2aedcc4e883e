// The end of the process: asked to stop it ends its streams, takes no new work, and leaves with code 0 and everything it started.
import { readdir } from 'node:fs/promises'
import { constants } from 'node:os'
import { bounds } from '../../../contracts/session/bounds.ts'
import { finish, hold, say } from '../../../harness/model/script.ts'
import type { Exit } from '../../../harness/process/launched-process.ts'
import type { RunningSidecar } from '../../../harness/sidecar.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { mustBeAlive } from '../alive.ts'
import { check, type SessionContext } from '../context.ts'
import { answerRules } from '../session/sessions.checks.ts'
import { answerOrGone } from '../stopping.ts'
import { reachedHold, sendScripted } from '../turns.ts'
import { aside } from './aside.ts'
import { mustExit, mustLeaveWhole, treeAtWork } from './trees.ts'

/** The process must be gone, with code 0, within the bound of a stop. */
async function mustLeave(sidecar: RunningSidecar, context: SessionContext, why: string): Promise<void> {
  const exit = await mustExit({ ...context, sidecar }, why)
  expectSame(exit.code, 0, `${why}: the exit code`)
}

export const shutsDown = check({
  id: 'session.shutdown.leaves',
  rule: 'MUST answer /shutdown with 202, end open streams with CANCELLED, reason `shutdown`, and leave with code 0 within 5 s',
  covers: ['LC-10', 'LC-13'],
  catches: ['shutdown.ignored', 'shutdown.answers-200', 'shutdown.cuts-streams', 'process.stops-with-1'],
  scope: 'own',
  owns: [{ rules: answerRules, operation: 'session.shutdown' }],
  async run(context) {
    const { client, model, sidecar } = context
    const { script, turn } = await control(() =>
      sendScripted({ client, model }, [say('Once '), hold(), say('more.'), finish()]),
    )
    await control(() => turn.next('companion_chunk'))
    expectSame((await client.ask('shutdown')).status, 202, '/shutdown answers')
    const error = await turn.next('error', { withinMs: bounds.cancelMs }).finally(script.release)
    expectSame(error.error.context?.['reason'], 'shutdown', 'context.reason')
    await turn.ended()
    await mustLeave(sidecar, context, 'after /shutdown')
  },
})

export const refusesNewWork = check({
  id: 'session.shutdown.refuses-new-work',
  rule: 'MUST answer, once it is asked to stop, /shutdown again with 202, new work with 503 SHUTTING_DOWN and /ready with 503, or not listen any more',
  covers: ['LC-10'],
  catches: ['shutdown.takes-new-work', 'shutdown.refuses-the-second', 'ready.while-stopping', 'shutdown.ignored'],
  scope: 'own',
  async run({ client }) {
    await control(() => client.newSession({}))
    await client.shutdown()
    const answers = await Promise.all([
      answerOrGone(client.ask('shutdown')),
      answerOrGone(client.ask('newSession')),
      answerOrGone(client.ask('ready')),
    ])
    for (const [place, expected] of ['202', '503 SHUTTING_DOWN', '503 NOT_READY'].entries())
      expectSame(answers[place] ?? expected, expected, 'after /shutdown:')
  },
})

export const stopsWithStdin = check({
  id: 'session.process.stops-with-stdin',
  rule: 'MUST leave with code 0 within 5 s when its stdin ends, with its whole tree, whatever runs',
  covers: ['LC-06'],
  catches: ['process.ignores-stdin-end', 'process.stops-with-1', 'process.leaves-a-grandchild'],
  scope: 'own',
  async run(context) {
    const { client, sidecar } = context
    await mustBeAlive(client, sidecar)
    const tree = await treeAtWork(context)
    sidecar.process?.closeStdin()
    await Promise.all([
      mustLeave(sidecar, context, 'after the end of stdin'),
      mustLeaveWhole(context, tree, bounds.stopMs, 'the end of stdin'),
    ])
  },
})

export const stopsBySignal = check({
  id: 'session.process.stops-by-signal',
  rule: 'MUST leave within 5 s of SIGTERM, and of SIGINT, with its whole tree and its temporary files, with 0 or 128 + the signal',
  covers: ['LC-08', 'LC-13'],
  catches: [
    'process.ignores-signals',
    'process.stops-with-1',
    'process.leaves-a-grandchild',
    'process.leaves-temporary-files',
  ],
  scope: 'own',
  launch: { ownTemporary: true },
  // Windows has no signals.
  systems: ['linux', 'darwin'],
  async run(context) {
    await mustBeAlive(context.client, context.sidecar)
    await mustHeed(context, 'SIGTERM')
    const another = await context.start({ ownTemporary: true })
    await mustBeAlive(another.client, another.sidecar)
    await mustHeed({ ...context, ...another }, 'SIGINT')
  },
})

async function mustHeed(context: SessionContext, signal: NodeJS.Signals): Promise<void> {
  const { process, temporaryDir = '' } = context.sidecar
  const tree = await treeAtWork(context)
  process?.signal(signal)
  const [exit] = await Promise.all([
    mustExit(context, `after ${signal}`),
    mustLeaveWhole(context, tree, bounds.stopMs, signal),
  ])
  mustBeAsked(exit, [signal])
  expectSame(await readdir(temporaryDir), [], `after ${signal}: temporary files`)
}

export const secondSignal = check({
  id: 'session.process.second-signal',
  rule: 'MUST NOT hang when another signal comes while it stops: it is gone within 5 s of the first',
  covers: ['LC-11'],
  catches: ['process.hangs-on-a-second-signal'],
  scope: 'own',
  systems: ['linux', 'darwin'],
  async run(context) {
    const { process } = context.sidecar
    await mustBeAlive(context.client, context.sidecar)
    const tree = await treeAtWork(context)
    // An open stream makes that the stop takes a moment. It is cut, as it may be.
    const { script } = await control(() => sendScripted(aside(context), [say('Once '), hold(), finish()]))
    await reachedHold(context, script)
    // At once, but not the same: the second of two equal signals may be lost.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process?.signal(signal)
    const left = mustExit(context, 'after two signals')
    const exit = await left.finally(script.release)
    mustBeAsked(exit, ['SIGTERM', 'SIGINT'])
    await mustLeaveWhole(context, tree, bounds.stopMs, 'two signals')
  },
})

/** Expects an exit that says: asked to stop. */
function mustBeAsked({ code, signal }: Exit, signals: readonly NodeJS.Signals[]): void {
  const codes = [0, ...signals.map((name) => 128 + constants.signals[name])]
  const fits = signal === null ? codes.includes(code ?? -1) : signals.includes(signal)
  expectThat(fits, `exit code ${codes.join(' or ')}, or ${signals.join(' or ')}`, String(signal ?? code))
}
