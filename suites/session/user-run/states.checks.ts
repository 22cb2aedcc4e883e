// What is told of a run beside its stream: how far it has come, how it ended, and its log.
import { program } from '../../../fixtures/programs/programs.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import { idsOf, mayAsk, needsRuns, printed, resultOf, runToEnd, type StartedRun, secretsOf, startRun } from '../runs.ts'
import { answerRules } from '../session/sessions.checks.ts'

export const tellsStates = check({
  id: 'session.run.tells-its-state',
  rule: 'MUST tell a run that works as `running` without a result, and one that has ended as `finished` with the result that its stream told; its log can be asked for',
  covers: ['EXE-21'],
  catches: ['run.running-is-queued', 'run.never-finished', 'run.tells-another-result'],
  scope: 'shared',
  skip: needsRuns,
  owns: [
    { rules: answerRules, operation: 'session.run.get' },
    { rules: answerRules, operation: 'session.run.log' },
  ],
  async run(context) {
    const { client } = context
    const limits = mayAsk(context, { wall_ms: context.patience.stretch(5_000) })
    const run = await control(() => startRun(context, 'prints-its-pid-and-waits', { limits }))
    await printed(run)
    const ids = await idsOf(run)
    const during = await client.getRun(ids)
    expectSame(during.body.state, 'running', 'a run that works is', run.at)
    await client.ask('cancelRun', ids)
    await control(() => resultOf(run))
    const { result } = await control(() => run.stream.next('run_complete'))
    const after = await client.getRun(ids)
    expectSame(after.body.state, 'finished', 'a run that has ended is', run.at)
    expectSame(after.body.result, result, 'its result is', run.at)
    expectSame(after.body.run_id, ids.run_id, 'its id is', run.at)
    await client.logRun(ids)
  },
})

interface LogRecord {
  readonly event: string
  readonly fields: Readonly<Record<string, unknown>>
}

async function recordsOf({ client }: SessionContext, run: StartedRun): Promise<readonly LogRecord[]> {
  const { body } = await client.logRun(await idsOf(run))
  return Array.isArray(body.records) ? body.records : []
}

export const logs = check({
  id: 'session.run.logs',
  rule: 'SHOULD log one `started` and one `finished` record of each run, however it ends, with its lane, limits, reason and usage',
  covers: ['EXE-17'],
  catches: ['run.logs-no-end', 'run.logs-its-start-twice', 'run.logs-no-reason', 'run.logs-no-killed-runs'],
  scope: 'shared',
  skip: needsRuns,
  async run(context) {
    const limits = mayAsk(context, { wall_ms: 1_000 })
    const runs = await control(() =>
      Promise.all([
        runToEnd(context, 'prints-forty-two', { limits }),
        runToEnd(context, 'raises-value-error', { limits }),
        runToEnd(context, 'segfaults', { limits }),
        ...(limits.wall_ms === undefined ? [] : [runToEnd(context, 'sleeps-a-minute', { limits })]),
      ]),
    )
    for (const { result, run } of runs) {
      const records = await recordsOf(context, run)
      const named = (name: string) => records.filter(({ event }) => event === name)
      expectSame(
        [named('started').length, named('finished').length],
        [1, 1],
        '`started` and `finished` records:',
        run.at,
      )
      expectSame(records.at(-1)?.event, 'finished', 'the last record is', run.at)
      const told = JSON.stringify(records.map(({ fields }) => fields))
      for (const member of ['lane', 'limits', 'reason', 'usage'])
        expectThat(told.includes(`"${member}":`), `\`${member}\` in the fields of the log`, told.slice(0, 300), run.at)
      expectSame(named('finished')[0]?.fields['reason'], result.exit.reason, 'the reason in the log:', run.at)
    }
  },
})

export const logsNoSecrets = check({
  id: 'session.run.logs-no-secrets',
  rule: 'MUST NOT log the code of a run, the token, the nonce or the model key',
  covers: ['EXE-17', 'SEC-09'],
  catches: ['run.logs-the-code'],
  scope: 'shared',
  skip: needsRuns,
  async run(context) {
    const text = `secret-${crypto.randomUUID()}`
    const { run } = await control(() => runToEnd(context, program('writes-a-file', { TEXT: text })))
    const records = await control(async () => {
      const records = await recordsOf(context, run)
      expectThat(records.length > 0, 'records in the log', 'none', run.at)
      return JSON.stringify(records)
    })
    for (const [name, secret] of [['code', text] as const, ...secretsOf(context)])
      expectThat(!records.includes(secret), `no ${name} in the log of a run`, `the ${name}`, run.at)
  },
})
