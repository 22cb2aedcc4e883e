// The checks that every stream operation gets by being declared: each rule of the judge about streams with one check that speaks for it.
import type { Operation, StreamOutput } from '../../contracts/core/operation.ts'
import { bounds } from '../../contracts/session/bounds.ts'
import { within } from '../../harness/client/patience.ts'
import type { JudgeRule } from '../../harness/client/wire-rules.ts'
import { control, expectThat } from '../expect.ts'
import { check, type SessionCheck, type SessionContext } from './context.ts'
import { type AnyStream, mustBeOver } from './turns.ts'

export interface WatchedStream {
  readonly operation: Operation & { readonly output: StreamOutput }
  /** What one of them is called: `turn`. */
  readonly noun: string
  /**
   * Plays some that end with `complete` and one that ends with `error`; the judge finds what is wrong with them. A control: throws
   * where the good ones do not carry the texts in `shows`, without which nothing could be said of the rule.
   */
  play(context: SessionContext, shows: readonly string[]): Promise<void>
  /** Plays five with several events each, side by side where the sidecar lets them. A control. */
  playFive(context: SessionContext): Promise<void>
  /** Begins one that has nothing to say after its first event for `lastsMs`. */
  playQuiet(context: SessionContext, lastsMs: number): Promise<QuietStream>
  /** Why the sidecar, by what it declared, has no such stream. */
  readonly skip?: NonNullable<SessionCheck['skip']>
  /** What its grammar says of the items in its body. */
  readonly closed: OwnRule
  readonly order: OwnRule
  /** By the id of the law. */
  readonly laws: Readonly<Record<string, OwnRule & { readonly slug: string }>>
  /** Further faults that break the common rules, and what a play must show for them, by the slug of the check. */
  readonly more?: Readonly<Partial<Record<CommonSlug, Partial<Omit<OwnRule, 'rule' | 'covers'>>>>>
}

/** A rule that is worded for one grammar. */
export interface OwnRule {
  readonly rule: SessionCheck['rule']
  readonly covers: readonly string[]
  readonly catches: readonly string[]
  readonly shows?: readonly string[]
  readonly skip?: NonNullable<SessionCheck['skip']>
}

export interface QuietStream {
  readonly sent: Promise<AnyStream>
  /** The work has begun: from here on the first bytes are due. */
  readonly begun: Promise<unknown>
  /** Lets it come to its end. */
  end(): Promise<void> | void
}

type CommonSlug = keyof typeof commonRules

interface CommonRule {
  readonly rule: (noun: string) => SessionCheck['rule']
  readonly covers: readonly string[]
  readonly owns: readonly JudgeRule[]
  /** The derived faults of `mock-sidecar/faults/stream-faults.ts`. */
  readonly catches: readonly string[]
}

const commonRules = {
  head: {
    rule: (noun) =>
      `MUST answer with 200, content-type text/event-stream, cache-control no-store (or no-cache), no length and no compression where a ${noun} streams`,
    covers: ['SSE-01'],
    owns: ['stream.head'],
    catches: ['wrong-type', 'cacheable', 'claims-compression'],
  },
  framing: {
    rule: (noun) =>
      `MUST frame the events of a ${noun} so that a strict reader and a conforming one see the same: \`id\`, \`event\`, one \`data\` line, a blank line after each, also the last`,
    covers: ['SSE-03'],
    owns: ['sse.framing', 'sse.readers-agree'],
    catches: ['no-blank-line', 'loses-the-last-blank-line', 'pretty-json'],
  },
  envelope: {
    rule: (noun) =>
      `MUST put \`type\`, \`seq\`, the ids and a UTC time on every event of a ${noun}, named alike by \`event:\` and \`id:\``,
    covers: ['SSE-06'],
    owns: ['sse.envelope', 'stream.event-schema', 'stream.constant'],
    catches: ['misnames-events', 'forgets-ids', 'local-time', 'forgets-the-subject'],
  },
  'opens-once': {
    rule: (noun) => `MUST open every ${noun} with exactly one \`start\``,
    covers: ['SSE-08'],
    owns: ['stream.opens'],
    catches: ['starts-twice', 'no-start'],
  },
  'ends-once': {
    rule: (noun) =>
      `MUST end every ${noun} with exactly one \`complete\` or \`error\`, send nothing after it, and end the body within 1 s`,
    covers: ['SSE-09'],
    owns: ['stream.ends-once', 'sse.quiet-end', 'sse.body-ends'],
    catches: ['ends-twice', 'talks-after-end', 'stays-open', 'comments-after-end'],
  },
  'never-truncated': {
    rule: (noun) => `MUST NOT end the body of a ${noun} without a terminal event`,
    covers: ['SSE-10'],
    owns: ['stream.truncated'],
    catches: ['never-ends'],
  },
} as const satisfies Record<string, CommonRule>

/** The checks of one stream operation, with ids such as `session.turn.ends-once`. */
export function streamChecks(watched: WatchedStream): SessionCheck[] {
  const { closed, laws, more = {}, order } = watched
  const common = Object.entries(commonRules).map(([slug, { catches, covers, owns, rule }]) => {
    const added = more[slug as CommonSlug] ?? {}
    const all = [...catches.map((fault) => derived(watched, fault)), ...(added.catches ?? [])]
    return watching(watched, slug, { ...added, rule: rule(watched.noun), catches: all }, covers, owns)
  })
  return [
    ...common,
    watching(watched, 'completes-closed', closed, closed.covers, ['stream.closed']),
    watching(watched, 'body-order', order, order.covers, ['stream.order']),
    ...Object.entries(laws).map(([law, own]) => watching(watched, own.slug, own, own.covers, ['stream.law'], law)),
    countsFromOne(watched),
    firstBytes(watched),
    keepAlive(watched),
  ]
}

function watching(
  watched: WatchedStream,
  slug: string,
  { catches, rule, shows = [], skip = watched.skip }: Omit<OwnRule, 'covers'>,
  covers: readonly string[],
  rules: readonly JudgeRule[],
  law?: string,
): SessionCheck {
  return check({
    id: idOf(watched, slug),
    rule,
    covers,
    catches,
    scope: 'shared',
    owns: [{ rules, operation: watched.operation.id, ...(law === undefined ? {} : { law }) }],
    ...skipping(skip),
    run: (context) => control(() => watched.play(context, shows)),
  })
}

function countsFromOne(watched: WatchedStream): SessionCheck {
  return check({
    id: idOf(watched, 'counts-from-one'),
    rule: `MUST number the events of each ${watched.noun} 1, 2, 3, … without gap or repetition, also while several run at once`,
    covers: ['SSE-07'],
    catches: ['skips-a-number', 'repeats-a-number', 'shares-the-counter'].map((fault) => derived(watched, fault)),
    scope: 'shared',
    owns: [{ rules: ['stream.sequence'], operation: watched.operation.id }],
    ...skipping(watched.skip),
    run: (context) => control(() => watched.playFive(context)),
  })
}

function firstBytes(watched: WatchedStream): SessionCheck {
  return check({
    id: idOf(watched, 'first-bytes'),
    rule: `MUST send the head and \`start\` of a ${watched.noun} within 1 s, however long its work takes`,
    covers: ['SSE-02'],
    catches: [derived(watched, 'starts-late')],
    scope: 'shared',
    owns: [{ rules: ['sse.first-bytes'], operation: watched.operation.id }],
    ...skipping(watched.skip),
    async run(context) {
      const waitMs = context.patience.stretch(bounds.firstBytesMs)
      const quiet = await control(() => watched.playQuiet(context, waitMs + 1_000))
      const sent = control(() => quiet.sent)
      const started = sent.then((stream) => stream.first())
      for (const promise of [started, quiet.begun]) promise.catch(() => undefined)
      await control(() => Promise.race([sent, quiet.begun]))
      const start = await startWhileWorking(within(waitMs, started), quiet)
      await quiet.begun
      // Now that the work goes on, a head that waited for it has come too.
      const stream = await sent
      await control(() => stream.first())
      await stream.ended()
      expectThat(start !== undefined, `\`start\` within ${Math.round(waitMs)} ms`, 'nothing while the work went on')
    },
  })
}

/** Waits for the first event, and for the work if that event has come; only then is the work ended. */
async function startWhileWorking<Start>(start: Promise<Start>, { begun, end }: QuietStream): Promise<Start> {
  try {
    const event = await start
    if (event !== undefined) await begun
    return event
  } finally {
    await end()
  }
}

function keepAlive(watched: WatchedStream): SessionCheck {
  return check({
    id: idOf(watched, 'keep-alive'),
    rule: `MUST send something at least every \`keepalive_ms\` while a ${watched.noun} waits`,
    covers: ['SSE-15'],
    catches: [derived(watched, 'no-keep-alive')],
    scope: 'shared',
    owns: [{ rules: ['sse.keepalive'], operation: watched.operation.id }],
    ...skipping(watched.skip),
    async run(context) {
      const { capabilities, patience } = context
      const dueMs = patience.stretch(capabilities.keepalive_ms + bounds.keepaliveGraceMs)
      const quiet = await control(() => watched.playQuiet(context, 2 * dueMs))
      quiet.begun.catch(() => undefined)
      const stream = await control(async () => {
        const stream = await quiet.sent
        await Promise.all([stream.first(), quiet.begun])
        return stream
      })
      const silentFrom = stream.exchange.chunks.length
      const bytes = await stream.moreBytes(dueMs)
      await quiet.end()
      await control(() => mustBeOver(stream))
      expectThat(bytes, `a comment within ${Math.round(dueMs)} ms of silence`, `nothing after piece ${silentFrom}`)
    },
  })
}

function idOf({ operation }: WatchedStream, slug: string): string {
  return `session.${operation.output.grammar.name}.${slug}`
}

/** The id of a fault that is derived from the grammar. */
function derived({ operation }: WatchedStream, slug: string): string {
  return `${operation.output.grammar.name}.${slug}`
}

function skipping(skip: SessionCheck['skip']): Pick<SessionCheck, 'skip'> {
  return skip === undefined ? {} : { skip }
}
