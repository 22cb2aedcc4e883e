// The start of the process: its ready line, and what it then says of itself.
import { control, expectSame, expectThat } from '../../expect.ts'
import { mustBeAlive } from '../alive.ts'
import { check } from '../context.ts'
import { answerRules } from '../session/sessions.checks.ts'
import { treeOf } from './trees.ts'

export const readyLine = check({
  id: 'session.process.ready-line',
  rule: 'MUST write the ready line as the first line on stdout, at most 4096 bytes, with the nonce and a port that listens, and nothing else on stdout',
  covers: ['LC-01', 'LC-02', 'LC-03'],
  catches: [
    'process.writes-a-banner',
    'process.never-says-ready',
    'process.wrong-nonce',
    'process.wrong-port',
    'process.wrong-pid',
    'process.long-ready-line',
    'process.talks-on-stdout',
    'process.listens-late',
  ],
  scope: 'own',
  async run(context) {
    const { client, sidecar } = context
    await mustBeAlive(client, sidecar)
    const { nonce, process, ready } = sidecar
    expectSame(ready?.['nonce'], nonce, 'the nonce')
    // A bootloader may stand in between.
    const pids = (await treeOf(sidecar)).map(({ pid }) => pid)
    const pid = Number(ready?.['pid'])
    expectThat(pids.includes(pid), `the pid of a process of its tree, ${pids.join(' or ')}`, String(pid))
    const [first, ...others] = process?.lines ?? []
    expectThat((first?.bytes ?? 0) <= 4096, 'a ready line of at most 4096 bytes', `${first?.bytes} bytes`)
    expectSame(
      others.map(({ text }) => text),
      [],
      'further lines on stdout:',
    )
  },
})

export const health = check({
  id: 'session.health',
  rule: 'MUST answer /health without a token, with the boot_id of the ready line for as long as the process lives',
  covers: ['LC-16', 'SEC-02'],
  catches: ['health.needs-a-token', 'health.changes-its-boot-id', 'health.lacks-the-contract'],
  scope: 'shared',
  owns: [{ rules: answerRules, operation: 'session.health' }],
  async run({ client, sidecar }) {
    const first = await client.send({ method: 'GET', path: '/health', headers: { authorization: '' } })
    expectSame(first.status, 200, '/health without a token answers')
    const second = await client.health()
    const boot_id = (first.body as { boot_id?: string } | undefined)?.boot_id
    expectSame(second.body.boot_id, boot_id, 'the same boot_id')
    if (sidecar.ready !== undefined) expectSame(boot_id, sidecar.ready['boot_id'], 'the boot_id of the ready line')
  },
})

export const ready = check({
  id: 'session.ready',
  rule: 'MUST answer 200 to /ready once it can work, and then open a session',
  covers: ['LC-05'],
  catches: ['ready.says-no'],
  scope: 'shared',
  owns: [{ rules: answerRules, operation: 'session.ready' }],
  async run({ client }) {
    await client.ready()
    await client.newSession({})
  },
})

export const declares = check({
  id: 'session.contract.declares',
  rule: 'MUST declare at /api/contract what the ready line declares',
  covers: ['LC-21'],
  catches: ['contract.contradicts-the-ready-line'],
  scope: 'shared',
  owns: [{ rules: answerRules, operation: 'session.contract' }],
  async run({ client, sidecar }) {
    const { body } = await control(() => client.contract())
    expectSame(body.capabilities, sidecar.capabilities, 'capabilities')
  },
})
