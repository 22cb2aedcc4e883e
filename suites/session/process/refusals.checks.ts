// Starts that cannot succeed: the exit code tells why, no ready line lies, and nobody who has the port or folder is disturbed.
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectSame } from '../../expect.ts'
import { mustBeAlive } from '../alive.ts'
import { check } from '../context.ts'
import { mustRefuse } from './starts.ts'

export const busyPort = check({
  id: 'session.process.busy-port',
  rule: 'MUST NOT move elsewhere when the port that it is given is taken: it ends with 69 and says nothing on stdout',
  covers: ['LC-04', 'LC-13'],
  catches: ['process.moves-to-another-port', 'process.leaves-with-0-on-failure'],
  scope: 'own',
  async run(context) {
    await mustBeAlive(context.client, context.sidecar)
    // Whoever has the port may look like a sidecar at work.
    const squatter = createServer((_, response) => response.end('{"status":"ok"}'))
    await once(squatter.listen(0, '127.0.0.1'), 'listening')
    const { port } = squatter.address() as AddressInfo
    try {
      await mustRefuse(context, { port }, 69, 'at a port that is taken')
    } finally {
      squatter.close()
      squatter.closeAllConnections()
    }
  },
})

export const exitCodes = check({
  id: 'session.process.exit-codes',
  rule: 'MUST tell by its exit code why it does not start: 64 wrong arguments, 73 an unusable data directory, 78 a contract that it does not serve',
  covers: ['LC-13'],
  catches: [
    'process.guesses-arguments',
    'process.serves-any-contract',
    'process.makes-do-without-data',
    'process.leaves-with-0-on-failure',
    'process.leaves-with-1-on-failure',
  ],
  scope: 'own',
  async run(context) {
    await mustBeAlive(context.client, context.sidecar)
    const replaced = (name: string, value: string) => (args: readonly string[]) =>
      args.map((arg, place) => (args[place - 1] === name ? value : arg))
    await mustRefuse(context, { args: replaced('--port', 'not-a-port') }, 64, 'with `--port not-a-port`')
    await mustRefuse(context, { args: replaced('--contract', 'session/999') }, 78, 'with `--contract session/999`')
    const folder = await mkdtemp(join(tmpdir(), 'sidecheck-data-'))
    try {
      // A file can be no folder, whoever asks: the rights of an administrator make no difference.
      const file = join(folder, 'file')
      await writeFile(file, '')
      await mustRefuse(context, { dataDir: join(file, 'data') }, 73, 'with a data directory inside a file')
      await mustRefuse(context, { dataDir: file }, 73, 'with a file for a data directory')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
})

export const twoAtOnce = check({
  id: 'session.process.two-at-once',
  rule: 'SHOULD work beside another one with another data directory, sharing nothing, and end with 73 where that is in use',
  covers: ['LC-20'],
  catches: ['process.shares-its-data-directory'],
  scope: 'own',
  async run(context) {
    const { client, sidecar } = context
    await mustBeAlive(client, sidecar)
    const { body } = await client.newSession({})
    const other = await context.start()
    await mustBeAlive(other.client, other.sidecar)
    const foreign = await other.client.ask('reportSession', { session_id: body.session_id })
    expectSame(foreign.status, 404, 'the session of one, asked of the other, answers')
    const { dataDir = '' } = sidecar
    await mustRefuse(context, { dataDir }, 73, 'with a data directory that is in use')
    await mustBeAlive(client, sidecar)
    await other.sidecar.stop()
    await client.reportSession({ session_id: body.session_id })
  },
})
