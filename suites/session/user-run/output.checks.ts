// What code prints: while it runs, in order, on both streams, bytes that are no text, and more than is kept.
import type { ExecutionResult } from '../../../contracts/session/execution-result.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check, type SessionContext } from '../context.ts'
import { codeRuns, expectOutcome, idsOf, mayAsk, needsLimit, needsRuns, runToEnd, startRun } from '../runs.ts'

export const flushes = check({
  id: 'session.run.flushes',
  rule: 'MUST stream what code prints while it goes on, not when it has ended',
  covers: ['EXE-09'],
  catches: ['run.batches'],
  scope: 'shared',
  skip: needsRuns,
  async run(context) {
    await codeRuns(context, 'user')
    const limits = mayAsk(context, { wall_ms: context.patience.stretch(5_000) })
    const run = await control(() => startRun(context, 'prints-its-pid-and-waits', { limits }))
    const ids = await idsOf(run)
    await run.stream.next('run_output')
    await context.client.ask('cancelRun', ids)
    await run.stream.ended()
  },
})

export const keepsOrder = check({
  id: 'session.run.keeps-streams-apart',
  rule: 'MUST keep stdout and stderr apart, each in its order; bytes that are not UTF-8 are replaced and flagged',
  covers: ['EXE-09'],
  catches: ['run.mixes-its-outputs', 'limits.hide-invalid-bytes'],
  scope: 'shared',
  skip: needsRuns,
  async run(context) {
    await codeRuns(context, 'user')
    const both = await runToEnd(context, 'prints-on-both')
    expectOutcome(both.run, both.result)
    expectSame(both.result.stdout.invalid_utf8, false, 'invalid_utf8 of text', both.run.at)
    const bytes = await runToEnd(context, 'prints-no-utf8')
    expectOutcome(bytes.run, bytes.result)
    expectSame(bytes.result.stdout.invalid_utf8, true, 'invalid_utf8 of other bytes', bytes.run.at)
  },
})

export const truncates = check({
  id: 'session.run.truncates',
  rule: 'MUST truncate output over `output_bytes` on either stream and go on: head and tail are kept, every byte is counted, no character is cut',
  covers: ['EXE-08'],
  catches: [
    'limits.never-truncate',
    'limits.lose-the-tail',
    'limits.count-what-is-kept',
    'limits.cut-characters',
    'limits.kill-who-prints-much',
  ],
  scope: 'shared',
  skip: needsLimit('output_bytes'),
  async run(context) {
    await codeRuns(context, 'user')
    await Promise.all([
      truncatesOne(context, 'prints-much', 'stdout', 'stderr'),
      truncatesOne(context, 'prints-much-on-stderr', 'stderr', 'stdout'),
    ])
  },
})

async function truncatesOne(
  context: SessionContext,
  name: string,
  long: 'stdout' | 'stderr',
  short: 'stdout' | 'stderr',
): Promise<void> {
  const limits = mayAsk(context, { output_bytes: 65_536 })
  const { result, run } = await runToEnd(context, name, { limits })
  expectOutcome(run, result)
  const at = `${run.at}: ${long}`
  mustBeTruncated(result[long], limits.output_bytes ?? 0, at)
  expectSame(result[short].truncated, false, `${short}.truncated`, run.at)
  const told = run.stream.events.flatMap((event) => (event.type === 'output_truncated' ? [event.stream] : []))
  // Where it must stand, and that it is there at all, the law of the stream says.
  if (told.length > 0) expectSame([...new Set(told)], [long], 'truncated streams:', run.at)
}

function mustBeTruncated(captured: ExecutionResult['stdout'], keptBytes: number, at: string): void {
  const { head, invalid_utf8: invalid, tail, truncated } = captured
  expectThat(truncated, `at most ${keptBytes} bytes kept`, 'all of it', at)
  const kept = Buffer.byteLength(head) + Buffer.byteLength(tail)
  expectThat(kept <= keptBytes, `at most ${keptBytes} bytes kept`, `${kept} bytes`, at)
  expectThat(head !== '' && tail !== '', 'head and tail', head === '' ? 'no head' : 'no tail', at)
  expectThat(!invalid && !`${head}${tail}`.includes('\ufffd'), 'whole characters', 'a character that was cut', at)
}
