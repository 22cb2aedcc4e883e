// Every small change of a run that leaves its language is complained about, and its laws take what is right.
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { StreamEvent } from '../core/grammar.ts'
import {
  complaints,
  describeChanges,
  eventAt,
  expectNone,
  expectRules,
  places,
  renumbered,
  swapped,
} from '../core/stream-changes.ts'
import { captured, complete, endings, error, result, run, type Told } from './execution.sample.ts'
import type { ExecutionResult } from './execution-result.ts'
import { type RunEvent, type runEvents, runGrammar } from './run.ts'

const place = places(runGrammar)

describeChanges(runGrammar, {
  leftOut: {
    start: ['opens'],
    run_output: ['law'],
    output_truncated: ['law'],
    run_complete: ['closed'],
    complete: ['truncated'],
  },
  twice: {
    start: ['opens'],
    run_output: ['law'],
    output_truncated: ['law'],
    run_complete: ['order'],
    complete: ['ends-once'],
  },
  members: [
    ['text', (event) => of('run_output', event, { text: 'something else' }), 'law'],
    ['empty text', (event) => of('run_output', event, { text: '' }), 'event-schema'],
    ['stream', (event) => of('run_output', event, { stream: other(event) }), 'law'],
    ['stream that no run has', (event) => of('run_output', event, { stream: 'display' }), 'event-schema'],
    ['truncated stream', (event) => of('output_truncated', event, { stream: other(event) }), 'law'],
    ['count of dropped bytes', (event) => of('output_truncated', event, { dropped_bytes: 7_000_000 }), 'law'],
    ['drop of nothing', (event) => of('output_truncated', event, { dropped_bytes: 0 }), 'event-schema'],
    [
      'head',
      (event) => withResult(event, () => ({ stdout: { ...resultIn(event).stdout, head: 'x'.repeat(9) } })),
      'law',
    ],
    [
      'tail',
      (event) => withResult(event, () => ({ stderr: { ...resultIn(event).stderr, tail: 'x'.repeat(9) } })),
      'law',
    ],
    [
      'total',
      (event) => withResult(event, () => ({ stdout: { ...resultIn(event).stdout, bytes_total: 7_000_000 } })),
      'law',
    ],
    [
      'truncation',
      (event) =>
        withResult(event, () => ({
          stdout: { ...resultIn(event).stdout, truncated: !resultIn(event).stdout.truncated },
        })),
      'law',
    ],
    ['session in the result', (event) => withResult(event, () => ({ session_id: 'another' })), 'law'],
    ['lane of a cell', (event) => withResult(event, () => ({ lane: 'cell' })), 'law'],
    ['status without its reason', (event) => withResult(event, () => ({ status: 'lost' })), 'event-schema'],
  ],
})

describe('an event that changes its place with the next one', () => {
  it('breaks a law where both are of one stream and say different things', () => {
    expectRules(runGrammar, place, ([events, at]) => {
      const [left, right] = [eventAt(events, at), events[at + 1]]
      const same = left['stream'] !== undefined && left['stream'] === right?.['stream']
      const texts = [String(left['text'] ?? '|'), String(right?.['text'] ?? '|')]
      const differs = texts.join('') !== texts.toReversed().join('')
      return { changed: renumbered(swapped(events, at, at + 1)), rules: same && differs ? ['law'] : undefined }
    })
  })

  it('is right where they are of different streams', () => {
    const streamAt = (events: readonly StreamEvent[], at: number) => events[at]?.['stream']
    const neighbours = place.filter(([events, at]) => {
      const [left, right] = [streamAt(events, at), streamAt(events, at + 1)]
      return left !== undefined && right !== undefined && left !== right
    })
    expectNone(runGrammar, neighbours, ([events, at]) => renumbered(swapped(events, at, at + 1)))
  })
})

describe('a run that is right', () => {
  it.each<[name: string, told: Told[]]>([
    ['prints nothing', [done('normal'), complete]],
    [
      'prints on both, in turns',
      [out('a'), err('b'), out('c'), done('normal', { stdout: captured('ac'), stderr: captured('b') }), complete],
    ],
    [
      'prints characters of many bytes',
      [out('Zü'), out('漢😀'), done('normal', { stdout: captured('Zü漢😀') }), complete],
    ],
    [
      'is truncated before all that is kept',
      [cut(9), out('tail'), done('normal', { stdout: captured('', 'tail', 9) }), complete],
    ],
    [
      'is truncated behind all that is kept',
      [out('head'), cut(9), done('normal', { stdout: captured('head', '', 9) }), complete],
    ],
    ['keeps nothing at all', [cut(9), done('normal', { stdout: captured('', '', 9) }), complete]],
    [
      'is truncated on both',
      [
        out('a'),
        err('b'),
        cut(1, 'stderr'),
        cut(2),
        err('d'),
        out('c'),
        done('normal', { stdout: captured('a', 'c', 2), stderr: captured('b', 'd', 1) }),
        complete,
      ],
    ],
    [
      'is truncated on one, while the other goes on',
      [
        out('a'),
        cut(1),
        err('b'),
        err('c'),
        out('d'),
        done('normal', { stdout: captured('a', 'd', 1), stderr: captured('bc') }),
        complete,
      ],
    ],
    [
      'prints bytes that are no UTF-8',
      [
        out('a\ufffdb'),
        done('normal', { stdout: { ...captured('a\ufffdb'), bytes_total: 3, invalid_utf8: true } }),
        complete,
      ],
    ],
    [
      'prints many such bytes, which one sign stands for, and is truncated',
      [
        out('\ufffd'),
        cut(50),
        done('normal', { stdout: { ...captured('\ufffd', '', 50), bytes_total: 90, invalid_utf8: true } }),
        complete,
      ],
    ],
    ['ends before what it prints is told, by an error of the sidecar', [out('a'), error('INTERNAL')]],
    ['is cut off by a reader that is too slow', [out('a'), error('SLOW_CONSUMER')]],
    ['fails by the sidecar after its result', [done('normal'), error('INTERNAL')]],
    ['is cancelled while it waits', [done('cancelled_user'), error('CANCELLED')]],
    [
      'is cancelled while it runs',
      [out('a'), done('cancelled_shutdown', { stdout: captured('a') }), error('CANCELLED')],
    ],
    ['is cancelled after its outcome was told', [done('normal'), error('CANCELLED')]],
    ['raises SystemExit, with an error or without', [done('nonzero_exit', { error: anError }), complete]],
    ['meets the memory limit as an exception', [done('exception'), complete]],
    ['meets it and is ended, and had an exception', [done('memory', { error: anError }), complete]],
    [
      'is ended by a limit and by a signal',
      [done('timeout_wall', { exit: { code: null, signal: 'SIGKILL', reason: 'timeout_wall' } }), complete],
    ],
    ['is of an expert', [done('normal', { lane: 'expert', execution_id: 'whatever' }), complete]],
  ])('%s', (_name, told) => {
    expect(complaints(runGrammar, run(...told))).toEqual([])
  })

  const tellable = endings.filter(({ status }) => status !== 'lost' && status !== 'cancelled')
  it.each(tellable)('ends $status by $reason', ({ reason }) => {
    expect(complaints(runGrammar, run(done(reason), complete))).toEqual([])
  })
})

describe('a run that is wrong', () => {
  it.each<[name: string, law: string, told: Told[]]>([
    [
      'has a tail without a truncation',
      'output-joins',
      [out('a'), out('b'), done('normal', { stdout: { ...captured('a', 'b') } }), complete],
    ],
    [
      'puts the tail into the head',
      'output-joins',
      [out('a'), cut(1), out('b'), done('normal', { stdout: captured('ab', '', 1) }), complete],
    ],
    ['prints more after its result than in it', 'output-joins', [done('normal', { stdout: captured('a') }), complete]],
    ['takes one stream for the other', 'output-joins', [out('a'), done('normal', { stderr: captured('a') }), complete]],
    [
      'is truncated twice',
      'truncation-is-told',
      [cut(1), out('b'), cut(1), done('normal', { stdout: captured('', 'b', 2) }), complete],
    ],
    [
      'hides that it was truncated',
      'truncation-is-told',
      [cut(1), done('normal', { stdout: { ...captured('', '', 1), truncated: false } }), complete],
    ],
    [
      'says truncated without a truncation',
      'truncation-is-told',
      [done('normal', { stdout: { ...captured(), truncated: true } }), complete],
    ],
    [
      'counts characters for bytes',
      'truncation-is-told',
      [out('Zü'), done('normal', { stdout: { ...captured('Zü'), bytes_total: 2 } }), complete],
    ],
    [
      'counts only what is kept',
      'truncation-is-told',
      [out('a'), cut(9), done('normal', { stdout: { ...captured('a', '', 9), bytes_total: 1 } }), complete],
    ],
    [
      'flags invalid bytes and has dropped more than there were',
      'truncation-is-told',
      [
        out('\ufffd'),
        cut(9),
        done('normal', { stdout: { ...captured('\ufffd', '', 9), bytes_total: 9, invalid_utf8: true } }),
        complete,
      ],
    ],
    [
      'flags invalid bytes where there were none',
      'truncation-is-told',
      [done('normal', { stdout: { ...captured(), invalid_utf8: true } }), complete],
    ],
    ['is lost with a kernel that it has not', 'result-belongs', [done('kernel_died'), complete]],
    ['outlives its sidecar', 'result-belongs', [done('sidecar_restarted'), complete]],
    ['is of another session', 'result-belongs', [done('normal', { session_id: 'another' }), complete]],
    ['is of a cell', 'result-belongs', [done('signal', { lane: 'cell' }), complete]],
    [
      'takes a timeout for memory',
      'ending-agrees',
      [done('timeout_wall', { limit: { ...aLimit, name: 'memory_bytes' } }), complete],
    ],
    [
      'takes memory for a timeout',
      'ending-agrees',
      [done('memory', { limit: { ...aLimit, name: 'wall_ms' } }), complete],
    ],
    ['has an exception and does not tell it', 'ending-agrees', [done('exception', { error: null }), complete]],
    [
      'fails with code 0',
      'ending-agrees',
      [done('nonzero_exit', { exit: { code: 0, signal: null, reason: 'nonzero_exit' } }), complete],
    ],
    [
      'fails with a code that is not told',
      'ending-agrees',
      [done('nonzero_exit', { exit: { code: null, signal: null, reason: 'nonzero_exit' } }), complete],
    ],
    ['completes after it was cancelled', 'cancel-is-told', [done('cancelled_user'), complete]],
    ['is cancelled without a result', 'cancel-is-told', [out('a'), error('CANCELLED')]],
  ])('%s', (_name, law, told) => {
    expect(complaints(runGrammar, run(...told)).map((complaint) => complaint.law)).toEqual([law])
  })

  it('says what was expected, and what came', () => {
    const [complaint] = complaints(
      runGrammar,
      run(out('Zürich'), done('normal', { stdout: captured('Zurich') }), complete),
    )
    expect(complaint).toMatchObject({
      expected: 'result.stdout.head of 6 characters, …"Zürich"… at 1',
      received: '6 characters, …"Zurich"… at 1',
    })
  })
})

it('is told apart by its type', () => {
  expectTypeOf<Extract<RunEvent, { type: 'run_output' }>['stream']>().toEqualTypeOf<'stdout' | 'stderr'>()
  expectTypeOf<Extract<RunEvent, { type: 'run_complete' }>['result']>().toEqualTypeOf<ExecutionResult>()
  expectTypeOf<RunEvent['type']>().toEqualTypeOf<keyof typeof runEvents>()
})

it('names its SSE events by the run and the number', () => {
  expect(run(complete).map((event) => runGrammar.envelope.wireId?.(event))).toEqual(['run-1:1', 'run-1:2'])
})

const anError = { ename: 'SystemExit', evalue: '3', traceback: [] }

const aLimit = { value: 1, observed: null, enforcement: 'kernel' }

function out(text: string): Told {
  return ['run_output', { stream: 'stdout', text }]
}

function err(text: string): Told {
  return ['run_output', { stream: 'stderr', text }]
}

function cut(bytes: number, stream = 'stdout'): Told {
  return ['output_truncated', { stream, dropped_bytes: bytes }]
}

function done(reason: ExecutionResult['exit']['reason'], more: object = {}): Told {
  return ['run_complete', { result: result(reason, more) }]
}

function of(type: string, event: StreamEvent, members: object): object | undefined {
  return event.type === type ? members : undefined
}

function other({ stream }: StreamEvent): string {
  return stream === 'stdout' ? 'stderr' : 'stdout'
}

function resultIn(event: StreamEvent): ExecutionResult {
  return event['result'] as ExecutionResult
}

function withResult(event: StreamEvent, members: () => object): object | undefined {
  return event.type === 'run_complete' ? { result: { ...resultIn(event), ...members() } } : undefined
}
