// The end of the process: asked to stop it ends its streams, takes no new work, and leaves with code 0 and everything it started.
import { bounds } from '../../../contracts/session/bounds.ts'
import { within } from '../../../harness/client/patience.ts'
import { finish, hold, say } from '../../../harness/model/script.ts'
import type { RunningSidecar } from '../../../harness/sidecar.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { mustBeAlive } from '../alive.ts'
import { check, type SessionContext } from '../context.ts'
import { answerRules } from '../session/sessions.checks.ts'
import { answerOrGone } from '../stopping.ts'
import { sendScripted } from '../turns.ts'

/** The process must be gone, with code 0, within the bound of a stop. */
async function mustLeave({ process }: RunningSidecar, { patience }: SessionContext, why: string): Promise<void> {
  const waitMs = patience.stretch(bounds.stopMs)
  const exit = process === undefined ? undefined : await within(waitMs, process.exited)
  expectThat(exit !== undefined, `the process gone within ${Math.round(waitMs)} ms ${why}`, 'it is still there')
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
  rule: 'MUST leave with code 0 within 5 s when its stdin ends',
  covers: ['LC-06'],
  catches: ['process.ignores-stdin-end', 'process.stops-with-1'],
  scope: 'own',
  async run(context) {
    const { client, sidecar } = context
    await mustBeAlive(client, sidecar)
    sidecar.process?.closeStdin()
    await mustLeave(sidecar, context, 'after the end of stdin')
  },
})
