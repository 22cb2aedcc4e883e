// Nobody needs to read what it writes: stderr may fill up, stdout and stderr may be closed, and requests are served all the same.
import { finish, say } from '../../../harness/model/script.ts'
import { control, expectSame } from '../../expect.ts'
import { mustBeAlive } from '../alive.ts'
import { check, type SessionContext } from '../context.ts'
import { sendScripted, wholeTextsIn } from '../turns.ts'
import { aside } from './aside.ts'

export const unreadStderr = check({
  id: 'session.process.unread-stderr',
  rule: 'MUST serve requests while nobody reads its stderr, whatever 2 MB of odd requests make it write there',
  covers: ['LC-14'],
  catches: ['process.blocks-on-unread-stderr'],
  scope: 'own',
  async run(context) {
    const { client, sidecar } = context
    await mustBeAlive(client, sidecar)
    await control(() => client.newSession({}))
    sidecar.process?.stopReading('stderr')
    // Whoever writes a line for each of them, with what was asked, writes more than any pipe holds.
    await provoke(context, 512)
    await mustServe(context)
  },
})

export const closedOutputs = check({
  id: 'session.process.closed-outputs',
  rule: 'MUST serve requests after the other end of its stdout is closed, and of its stderr as well',
  covers: ['LC-14'],
  catches: ['process.dies-of-closed-stdout', 'process.dies-of-closed-stderr'],
  scope: 'own',
  async run(context) {
    const { client, sidecar } = context
    await mustBeAlive(client, sidecar)
    await control(() => client.newSession({}))
    for (const output of ['stdout', 'stderr'] as const) {
      sidecar.process?.closeOutput(output)
      await provoke(context, 16)
      await mustServe(context)
    }
  },
})

/** Sends requests that a sidecar may want to write about, 4 KB each: paths that nobody has, and bodies that are no JSON. */
async function provoke(context: SessionContext, times: number): Promise<void> {
  const { client } = aside(context)
  const odd = 'x'.repeat(4_000)
  const requests = Array.from({ length: times }, (_, place) =>
    place % 2 === 0
      ? { method: 'GET', path: `/${odd}` }
      : { method: 'POST', path: '/api/session/new', headers: { 'content-type': 'application/json' }, body: `{${odd}` },
  )
  const atOnce = 8
  while (requests.length > 0) await Promise.all(requests.splice(0, atOnce).map((request) => client.send(request)))
}

async function mustServe(context: SessionContext): Promise<void> {
  await context.client.health()
  const { turn } = await sendScripted(context, [say('Still here.'), finish()])
  await turn.ended()
  expectSame(wholeTextsIn(turn), 'Still here.', 'the text of a turn:')
  expectSame(context.sidecar.process?.exit() ?? null, null, 'the process')
}
