// Where code of the user works: in the workspace of its session, which lasts as long as the session and is nobody else's.
import { program } from '../../../fixtures/programs/programs.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import { needsRuns, runToEnd } from '../runs.ts'
import { openSession } from '../turns.ts'

export const keepsSessionsApart = check({
  id: 'session.run.keeps-sessions-apart',
  rule: 'MUST run code of the user in the workspace of its session: what one run leaves there the next finds, and no other session',
  covers: ['SES-04'],
  catches: ['run.shares-the-workspace', 'run.starts-elsewhere'],
  scope: 'shared',
  skip: needsRuns,
  async run(context) {
    const [mine, other] = (await control(() => Promise.all([openSession(context), openSession(context)]))) as [
      string,
      string,
    ]
    const text = `left-by-${crypto.randomUUID()}`
    await control(() => runToEnd(context, program('writes-a-file', { TEXT: text }), { sessionId: mine }))
    expectSame(await outputOf(context, 'reads-a-file', mine), text, 'what the next run finds:')
    expectSame(await outputOf(context, 'reads-a-file', other), 'none', 'what another session finds:')
    const folder = await outputOf(context, 'prints-its-folder', mine)
    const sidecarsOwn = context.sidecar.process?.command.cwd ?? process.cwd()
    expectThat(folder !== sidecarsOwn, 'a folder of the session', `that of the sidecar, ${folder}`)
    await control(() => runToEnd(context, 'sets-the-environment', { sessionId: mine }))
    const world = await outputOf(context, 'reveals-its-world', other)
    expectThat(!world.includes('"LEAKED"'), 'an environment for each session', 'a variable of the other')
  },
})

/** What a program prints in a session: a control, since that it runs is said elsewhere. */
async function outputOf(context: SessionContext, name: string, sessionId: string): Promise<string> {
  const { result } = await control(() => runToEnd(context, name, { sessionId }))
  return `${result.stdout.head}${result.stdout.tail}`.trim()
}
