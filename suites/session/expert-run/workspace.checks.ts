// Where experts work: in a fresh folder for each run that is removed afterwards; the workspace of the user is not theirs.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bounds } from '../../../contracts/session/bounds.ts'
import { program } from '../../../fixtures/programs/programs.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { askUntil } from '../ask-until.ts'
import { check, type SessionContext } from '../context.ts'
import { type Lane, needsLane, runToEnd } from '../runs.ts'
import { openSession } from '../turns.ts'

/** What a program prints: a control, since that it runs is said elsewhere. */
async function outputOf(
  context: SessionContext,
  named: Parameters<typeof runToEnd>[1],
  lane: Lane,
  sessionId: string,
): Promise<string> {
  const { result, run } = await control(() => runToEnd(context, named, { lane, sessionId }))
  await control(async () => expectSame(result.status, 'ok', 'the program ends', run.at))
  return `${result.stdout.head}${result.stdout.tail}`.trim()
}

export const freshWorkspace = check({
  id: 'session.expert-run.fresh-workspace',
  rule: 'MUST give each run of an expert a fresh workspace and remove it when the run has ended',
  covers: ['EXE-12'],
  catches: ['expert.shares-its-workspace', 'expert.keeps-its-workspace'],
  scope: 'shared',
  skip: needsLane('expert'),
  async run(context) {
    const sessionId = await control(() => openSession(context))
    const run = (name: string) => outputOf(context, name, 'expert', sessionId)
    const written = await run('writes-a-file')
    await control(async () => expectThat(written.includes('marker.txt'), 'a file that is written', written))
    const found = await run('lists-its-files')
    expectThat(!found.includes('marker.txt'), 'no file of another run', found)
    const folder = await run('prints-its-folder')
    const exists = async () => existsSync(folder)
    const isGone = await askUntil(exists, (there) => !there, context.patience.stretch(bounds.cancelMs))
    expectThat(!isGone, `${folder} removed`, 'it is still there')
  },
})

export const guardsTheUser = check({
  id: 'session.expert-run.cannot-change-the-users-files',
  rule: 'MUST NOT let an expert change a file in the workspace of the user',
  covers: ['EXE-12'],
  catches: ['expert.writes-to-the-user'],
  scope: 'shared',
  skip: needsLane('expert'),
  async run(context) {
    const sessionId = await control(() => openSession(context))
    const text = `written-by-the-user-${crypto.randomUUID()}`
    await outputOf(context, program('writes-a-file', { TEXT: text }), 'user', sessionId)
    const path = join(await outputOf(context, 'prints-its-folder', 'user', sessionId), 'marker.txt')
    await outputOf(context, program('overwrites-a-file', { PATH: path }), 'expert', sessionId)
    const now = await outputOf(context, 'reads-a-file', 'user', sessionId)
    expectSame(now, text, 'the file of the user holds')
  },
})
