// What every batch's stream keeps, seen in passing: the judge watches all batches, these checks speak for its rules.
import { bounds } from '../../../contracts/session/bounds.ts'
import { streamCells } from '../../../contracts/session/kernel-operations.ts'
import { control, expectThat } from '../../expect.ts'
import { askUntil } from '../ask-until.ts'
import type { SessionCheck, SessionContext } from '../context.ts'
import { type Notebook, needsNotebook, openNotebook } from '../kernels.ts'
import { streamChecks } from '../stream-checks.ts'
import { mustBeOver, mustCarry } from '../turns.ts'

/** A batch that prints, shows, is cut, fails and skips; where asked for, one that loses its kernel; then one that ends with its session. */
async function play(context: SessionContext, shows: readonly string[]): Promise<void> {
  await using notebook = await openNotebook(context)
  const good = await notebook.send(
    ['prints-between-displays', 'displays-json', 'prints-many-lines', 'raises-value-error', 'one-plus-one'],
    cutsOutput(context.capabilities) === undefined ? { limits: { output_bytes: 4096 } } : {},
  )
  await mustBeOver(good.stream)
  mustCarry(good.stream, ['the result', ...shows.filter((text) => text !== restarting)])
  if (shows.includes(restarting)) await playDeath(notebook)
  const cancelled = await notebook.send(['sleeps-a-minute'])
  await cancelled.began()
  await context.client.endSession(notebook.ids)
  await cancelled.stream.next('error')
  await mustBeOver(cancelled.stream)
}

/** What a batch carries that loses its kernel. */
const restarting = 'restarting'

async function playDeath(notebook: Notebook): Promise<void> {
  const { stream } = await notebook.send(['exits-hard', 'one-plus-one'])
  await stream.next('complete')
  await mustBeOver(stream)
  mustCarry(stream, [restarting])
  await notebook.settled()
}

/** Skips where output is not cut. */
function cutsOutput(capabilities: Readonly<Record<string, unknown>>): string | undefined {
  const { output_bytes: output } = (capabilities['limits'] ?? {}) as { output_bytes?: { enforcement?: string } }
  const isCut = output !== undefined && output.enforcement !== 'none'
  return isCut ? undefined : 'the sidecar declares no limit on output (`limits.output_bytes`)'
}

/** Two kernels, since each runs one batch at a time: three batches in one, two in the other. */
async function playFive(context: SessionContext): Promise<void> {
  await using one = await openNotebook(context)
  await using other = await openNotebook(context)
  const inTurn = async (notebook: typeof one, times: number) => {
    for (let time = 1; time <= times; time += 1) {
      const batch = await notebook.send(['prints-on-both', 'one-plus-one'])
      await mustBeOver(batch.stream)
      const { events } = batch.stream
      expectThat(events.length > 5, 'a batch with many events', `${events.length} events`)
    }
  }
  await Promise.all([inTurn(one, 3), inTurn(other, 2)])
}

/** A cell that sleeps until its kernel is stopped. */
async function playQuiet(context: SessionContext) {
  const { client, patience } = context
  const notebook = await openNotebook(context)
  const sent = notebook.send(['sleeps-a-minute'])
  const begun = async () => {
    const waitMs = patience.stretch(bounds.answerMs)
    const { state } = await askUntil(notebook.now, ({ state }) => state === 'busy', waitMs)
    expectThat(state === 'busy', 'a kernel that works', state)
    // What is told of the beginning is no sign of life afterwards; where it does not come, that is what is judged.
    const { stream } = await sent
    await stream.next('cell_start', { withinMs: bounds.firstBytesMs }).catch(() => undefined)
  }
  return {
    sent: sent.then(({ stream }) => stream),
    begun: control(begun),
    async end() {
      await client.ask('stopKernel', notebook.ids)
      await sent.then((batch) => batch.ended())
      await notebook[Symbol.asyncDispose]()
    },
  }
}

const truncated = { shows: ['output_truncated'], skip: bothSkips(cutsOutput) }

export const cellsStream = streamChecks({
  operation: streamCells,
  noun: 'batch',
  skip: needsNotebook,
  play,
  playFive,
  playQuiet,
  more: { envelope: { catches: ['cells.forgets-text-plain'], shows: ['display_data'] } },
  closed: {
    rule: 'MUST send `complete` only when every cell is closed and the kernel is told as idle or dead',
    covers: ['NB-02', 'SSE-11'],
    catches: ['cells.completes-while-busy', 'cells.forgets-a-result'],
    shows: ['cell_complete'],
  },
  order: {
    rule: 'MUST tell a batch in order: `busy`, then each cell once with its outputs before its result, a status between cells only, `idle` or `dead` at last',
    covers: ['NB-02'],
    catches: ['cells.idle-before-the-result', 'cells.output-after-the-result', 'cells.forgets-a-result'],
    shows: ['cell_complete', 'cell_output'],
  },
  laws: {
    'states-frame': {
      slug: 'states',
      rule: 'MUST begin a batch with `busy` and end it, before `complete`, with `idle` or `dead`',
      covers: ['NB-02'],
      catches: ['cells.never-busy', 'cells.stays-busy', 'cells.completes-while-busy'],
      shows: ['kernel_status'],
    },
    'generations-follow': {
      slug: 'generations',
      rule: 'MUST raise the generation where the end of the one before was told, and only there, and name in each result the one of its cell',
      covers: ['NB-06', 'NB-08'],
      catches: ['cells.jumps-a-generation', 'cells.result-of-another-generation', 'kernel.counts-no-generations'],
      shows: ['restarting'],
    },
    'generation-ends-its-cells': {
      slug: 'generation-ends',
      rule: 'MUST NOT start a cell after the end of the generation in which its batch began',
      covers: ['NB-07'],
      catches: ['kernel.replays-the-queue', 'kernel.counts-no-generations'],
      shows: ['restarting'],
    },
    'counts-follow': {
      slug: 'counts',
      rule: 'MUST count the cells of a batch one by one and give each result the `execution_count` of its cell',
      covers: ['NB-01'],
      catches: ['cells.result-counts-differently'],
      shows: ['cell_complete'],
    },
    'skips-follow': {
      slug: 'skips',
      rule: 'MUST skip the whole rest of a batch where it skips a cell, as `after_error` only where one failed',
      covers: ['NB-10'],
      catches: ['cells.skip-a-ghost'],
      shows: ['cell_skipped'],
    },
    'ending-agrees': {
      slug: 'endings',
      rule: 'MUST tell in the result of a cell the exception that ended it, or the limit, and no exit of a process that lives',
      covers: ['EXE-01', 'NB-17'],
      catches: ['cells.failure-without-exception'],
      shows: ['ValueError'],
    },
    'cancel-is-told': {
      slug: 'cancel-is-told',
      rule: 'MUST NOT complete a batch that its client, its session or a shutdown has cancelled',
      covers: ['SSE-17'],
      catches: ['cells.cancelled-completes'],
      shows: ['cell_complete'],
    },
    'output-joins': {
      slug: 'output-joins',
      rule: 'MUST give in the result of a cell exactly what its outputs printed: `head` before a truncation, `tail` after it',
      covers: ['NB-02', 'EXE-08'],
      catches: ['cells.loses-output'],
      shows: ['warned'],
    },
    'truncation-is-told': {
      slug: 'truncation',
      rule: 'MUST tell output that was cut: `truncated` with one `output_truncated`, and `bytes_total` with every byte',
      covers: ['EXE-08'],
      catches: ['cells.hides-truncation', 'limits.count-what-is-kept'],
      ...truncated,
    },
    'result-belongs': {
      slug: 'result-belongs',
      rule: 'MUST name in the result of a cell its session, its lane `cell` and its execution `<batch_id>:<cell_id>`',
      covers: ['NB-16'],
      catches: ['cells.result-of-another-session', 'cells.execution-without-batch'],
      shows: ['cell_complete'],
    },
  },
})

/** Skips for want of a notebook, else for `another` reason. */
function bothSkips(another: NonNullable<SessionCheck['skip']>): NonNullable<SessionCheck['skip']> {
  return (capabilities) => needsNotebook(capabilities) ?? another(capabilities)
}
