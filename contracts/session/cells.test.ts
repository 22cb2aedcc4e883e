// Every small change of a batch that leaves its language is complained about, and its laws take what is right.
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { StreamEvent } from '../core/grammar.ts'
import type { StreamRule } from '../core/read-stream.ts'
import { complaints, describeChanges } from '../core/stream-changes.ts'
import { type CellsEvent, type cellsEvents, cellsGrammar } from './cells.ts'
import {
  batch,
  captured,
  cell,
  complete,
  endings,
  error,
  printed,
  shown,
  skipped,
  status,
  type Told,
} from './execution.sample.ts'
import type { ExecutionResult } from './execution-result.ts'

describeChanges(cellsGrammar, {
  leftOut: {
    start: ['opens'],
    cell_start: ['order'],
    cell_complete: ['order', 'closed'],
    complete: ['truncated'],
  },
  twice: {
    start: ['opens'],
    cell_start: ['order'],
    cell_complete: ['order'],
    cell_skipped: ['order'],
    complete: ['ends-once'],
  },
  members: [
    ['count of a cell', (event) => of('cell_start', event, { execution_count: 7_000_000 }), 'law'],
    ['count of a result', (event) => withResult(event, () => ({ execution_count: 7_000_000 })), 'law'],
    ['generation of a result', (event) => withResult(event, () => ({ kernel_generation: 7_000_000 })), 'law'],
    ['generation of a result that is none', (event) => withResult(event, () => ({ kernel_generation: null })), 'law'],
    ['session in the result', (event) => withResult(event, () => ({ session_id: 'another' })), 'law'],
    ['name of the execution', (event) => withResult(event, () => ({ execution_id: 'another' })), 'law'],
    ['lane of a run', (event) => withResult(event, () => ({ lane: 'user' })), 'law'],
    ['head', (event) => withResult(event, ({ stdout }) => ({ stdout: { ...stdout, head: 'x'.repeat(9) } })), 'law'],
    ['total', (event) => withResult(event, ({ stderr }) => ({ stderr: { ...stderr, bytes_total: 7_000_000 } })), 'law'],
    ['cell that is not open', (event) => of('cell_complete', event, { cell_id: 'another' }), 'order'],
    ['state that no kernel has', (event) => of('kernel_status', event, { state: 'tired' }), 'event-schema'],
    ['reason that no skip has', (event) => of('cell_skipped', event, { reason: 'tired' }), 'event-schema'],
    ['drop of nothing', (event) => of('output_truncated', event, { dropped_bytes: 0 }), 'event-schema'],
    [
      'output without its text',
      (event) => of('cell_output', event, { output: { output_type: 'stream' } }),
      'event-schema',
    ],
    [
      'display without text/plain',
      (event) =>
        of('cell_output', event, { output: { output_type: 'display_data', data: { 'image/png': '' }, metadata: {} } }),
      'event-schema',
    ],
  ],
})

const busy = status('busy')
const idle = status('idle')
const restarting = status('restarting')
const displayed = { output_type: 'display_data', data: { 'text/plain': 'x' }, metadata: {} }
const display = shown(displayed)
const anError = shown({ output_type: 'error', ename: 'ValueError', evalue: 'no', traceback: ['ValueError: no'] })
const cut = (stream: string, bytes: number): Told => ['output_truncated', { stream, dropped_bytes: bytes }]

describe('a batch that is right', () => {
  it.each<[name: string, told: Told[]]>([
    ['has no cells', [busy, idle]],
    ['runs its cells one after the other', [busy, ...cell('a', 'normal'), ...cell('b', 'normal', { count: 2 }), idle]],
    [
      'tells of every state between cells',
      [busy, ...cell('a', 'normal'), idle, busy, ...cell('b', 'normal', { count: 2 }), idle],
    ],
    ['runs an empty cell, which counts for nothing', [busy, ...cell('a', 'normal'), ...cell('b', 'normal'), idle]],
    [
      'begins at a later generation and count',
      [status('busy', 7), ...cell('a', 'normal', { count: 40, generation: 7 }), status('idle', 7)],
    ],
    ['leaves the count of a result open', [busy, ...cell('a', 'normal', { more: { execution_count: null } }), idle]],
    [
      'goes on after an error where that was asked for',
      [busy, ...cell('a', 'exception'), ...cell('b', 'normal', { count: 2 }), idle],
    ],
    [
      'skips the rest after an error',
      [busy, ...cell('a', 'exception'), skipped('b', 'after_error'), skipped('c', 'after_error'), idle],
    ],
    ['skips the rest after a limit', [busy, ...cell('a', 'memory'), skipped('b', 'after_error'), idle]],
    ['is interrupted', [busy, ...cell('a', 'cancelled_user'), skipped('b', 'cancelled'), idle]],
    ['is interrupted before its first cell', [busy, skipped('a', 'cancelled'), skipped('b', 'cancelled'), idle]],
    [
      'passes a limit that the kernel does not survive',
      [busy, ...cell('a', 'timeout_wall'), restarting, skipped('b', 'kernel_restarted'), status('idle', 2)],
    ],
    [
      'passes such a limit and tells of it by the cells alone',
      [busy, ...cell('a', 'timeout_wall'), skipped('b', 'kernel_restarted'), status('idle', 2)],
    ],
    ['passes such a limit in its last cell', [busy, ...cell('a', 'timeout_cpu'), status('idle', 2)]],
    [
      'loses its kernel, which is started again',
      [busy, ...cell('a', 'kernel_died'), restarting, skipped('b', 'kernel_died'), status('idle', 2)],
    ],
    [
      'tells of the skipped cells first',
      [
        busy,
        ...cell('a', 'kernel_died'),
        skipped('b', 'kernel_died'),
        restarting,
        status('starting', 2),
        status('idle', 2),
      ],
    ],
    [
      'loses its kernel between two cells',
      [busy, ...cell('a', 'normal'), restarting, skipped('b', 'kernel_died'), status('idle', 2)],
    ],
    ['loses its kernel for good', [busy, ...cell('a', 'kernel_died'), skipped('b', 'kernel_died'), status('dead')]],
    [
      'loses a kernel that dies while it is started again',
      [busy, ...cell('a', 'kernel_died'), restarting, status('restarting', 2), status('idle', 3)],
    ],
    ['loses it for good that way', [busy, ...cell('a', 'kernel_died'), restarting, status('dead', 2)]],
    ['loses it for good, and no new one was numbered', [busy, ...cell('a', 'kernel_died'), restarting, status('dead')]],
    [
      'is restarted',
      [busy, ...cell('a', 'kernel_restarted'), restarting, skipped('b', 'kernel_restarted'), status('idle', 2)],
    ],
    ['is restarted before its first cell', [busy, restarting, skipped('a', 'kernel_restarted'), status('idle', 2)]],
    ['is restarted without cells', [busy, restarting, status('idle', 2)]],
    ['is restarted twice, as one', [busy, ...cell('a', 'kernel_restarted'), restarting, restarting, status('idle', 2)]],
    ['is restarted twice, as two', [busy, ...cell('a', 'kernel_restarted'), restarting, status('idle', 3)]],
    [
      'is restarted twice, each told',
      [
        busy,
        ...cell('a', 'kernel_restarted'),
        restarting,
        status('restarting', 2),
        status('starting', 3),
        status('idle', 3),
      ],
    ],
    [
      'is restarted after it was dead',
      [busy, ...cell('a', 'kernel_died'), status('dead'), skipped('b', 'kernel_died'), status('idle', 2)],
    ],
    [
      'loses its kernel to a cell that ended it with a signal',
      [
        busy,
        ...cell('a', 'kernel_died', { more: { exit: { code: null, signal: 'SIGSEGV', reason: 'kernel_died' } } }),
        restarting,
        status('idle', 2),
      ],
    ],
    [
      'is ended by a DELETE in the middle',
      [busy, ...cell('a', 'cancelled_user'), skipped('b', 'cancelled'), skipped('c', 'cancelled'), status('dead')],
    ],
    ['shows nothing but displays', [busy, ...cell('a', 'normal', { shows: [display, display] }), idle]],
    [
      'shows a display that holds JSON, in lines, and metadata',
      [
        busy,
        ...cell('a', 'normal', {
          shows: [
            shown({
              ...displayed,
              data: { 'text/plain': ['a\n', 'b'], 'application/json': { a: [null] } },
              metadata: { isolated: true },
            }),
          ],
        }),
        idle,
      ],
    ],
    [
      'shows a value',
      [
        busy,
        ...cell('a', 'normal', { shows: [shown({ ...displayed, output_type: 'execute_result', execution_count: 1 })] }),
        idle,
      ],
    ],
    [
      'prints text as a list of lines',
      [
        busy,
        ...cell('a', 'normal', {
          shows: [printed(['Zü\n', 'rich']), printed([])],
          more: { stdout: captured('Zü\nrich') },
        }),
        idle,
      ],
    ],
    [
      'prints on both, between displays',
      [
        busy,
        ...cell('a', 'normal', {
          shows: [printed('a'), display, printed('b', 'stderr'), printed('c')],
          more: { stdout: captured('ac'), stderr: captured('b') },
        }),
        idle,
      ],
    ],
    ['shows an error, which is no print', [busy, ...cell('a', 'exception', { shows: [anError] }), idle]],
    [
      'is truncated in one cell and not in the next',
      [
        busy,
        ...cell('a', 'normal', {
          shows: [printed('a'), cut('stdout', 5), printed('b')],
          more: { stdout: captured('a', 'b', 5) },
        }),
        ...cell('b', 'normal', { count: 2, shows: [printed('c')], more: { stdout: captured('c') } }),
        idle,
      ],
    ],
    [
      'leaves out displays, each told, with others in between',
      [busy, ...cell('a', 'normal', { shows: [display, cut('display', 9), display, cut('display', 3)] }), idle],
    ],
  ])('%s', (_name, told) => {
    expect(wrong(...told, complete)).toEqual([])
  })

  it('lets pass what nobody knows, whatever it carries', () => {
    const note = [
      'note',
      { cell_id: 'a', stream: 'stdout', text: 'x', state: 'idle', generation: 9, dropped_bytes: 1 },
    ] as const
    const output = ['note', { cell_id: 'a', ...printed('x')[1], execution_count: 9, reason: 'after_error' }] as const
    const told = [busy, ...cell('a', 'normal', { shows: [note, output] }), note, idle, output]
    expect(wrong(...told, complete)).toEqual([])
  })

  it.each<[name: string, told: Told[]]>([
    ['is cancelled at once', []],
    ['is cancelled while a cell is open', [busy, ...cell('a', 'normal').slice(0, 1)]],
    ['is cancelled and closes its cell', [busy, ...cell('a', 'cancelled_disconnect')]],
    [
      'is cancelled and closes all',
      [busy, ...cell('a', 'cancelled_session_ended'), skipped('b', 'cancelled'), status('dead')],
    ],
    ['is cancelled while its kernel is started again', [busy, ...cell('a', 'kernel_died'), restarting]],
  ])('%s', (_name, told) => {
    expect(wrong(...told, error('CANCELLED'))).toEqual([])
  })

  const living = endings.filter(({ status }) => ['ok', 'error', 'limit', 'internal'].includes(status))
  it.each(living.filter(({ reason }) => reason !== 'nonzero_exit'))('ends a cell $status by $reason', ({ reason }) => {
    expect(wrong(busy, ...cell('a', reason), idle, complete)).toEqual([])
  })
})

describe('a batch whose order is wrong', () => {
  it.each<[name: string, rule: StreamRule, told: Told[]]>([
    ['tells of one status alone', 'closed', [busy]],
    ['tells of none', 'closed', []],
    ['begins with a cell', 'order', [...cell('a', 'normal'), busy, idle]],
    ['ends with a cell', 'closed', [busy, ...cell('a', 'normal')]],
    ['tells of the kernel inside a cell', 'order', [busy, ...cell('a', 'normal', { shows: [restarting] }), idle]],
    [
      'opens two cells at once',
      'order',
      [busy, ...cell('a', 'normal').slice(0, 1), ...cell('b', 'normal'), ...cell('a', 'normal').slice(1), idle],
    ],
    [
      'skips a cell while another is open',
      'order',
      [
        busy,
        ...cell('a', 'exception').slice(0, 1),
        skipped('b', 'cancelled'),
        ...cell('a', 'exception').slice(1),
        idle,
      ],
    ],
    ['runs a cell twice', 'order', [busy, ...cell('a', 'normal'), ...cell('a', 'normal', { count: 2 }), idle]],
    ['skips a cell that ran', 'order', [busy, ...cell('a', 'exception'), skipped('a', 'after_error'), idle]],
    [
      'skips a cell that is open',
      'order',
      [busy, ...cell('a', 'exception').slice(0, 1), skipped('a', 'cancelled'), idle],
    ],
    [
      'shows something after its result',
      'order',
      [busy, ...cell('a', 'normal'), ['cell_output', { cell_id: 'a', ...anError[1] }], idle],
    ],
  ])('%s', (_name, rule, told) => {
    expect(complaints(cellsGrammar, batch(...told, complete)).map((complaint) => complaint.rule)).toContain(rule)
  })
})

describe('a batch that breaks a law', () => {
  it.each<[name: string, laws: string, told: Told[]]>([
    ['begins idle', 'states-frame', [idle, idle]],
    ['ends busy', 'states-frame', [busy, busy]],
    ['ends while the kernel is started again', 'states-frame', [busy, ...cell('a', 'kernel_died'), restarting]],
    ['names a later generation, unasked', 'generations-follow', [busy, ...cell('a', 'normal'), status('idle', 2)]],
    ['names an earlier generation', 'generations-follow', [status('busy', 2), status('idle', 1)]],
    [
      'tells with `restarting` of the one that begins',
      'generations-follow',
      [busy, status('restarting', 2), status('idle', 3)],
    ],
    [
      'tells so after a cell was lost',
      'generations-follow',
      [busy, ...cell('a', 'kernel_died'), status('restarting', 2), status('idle', 3)],
    ],
    ['is restarted and keeps its generation', 'generations-follow', [busy, restarting, idle]],
    ['rises from the dead', 'generations-follow', [busy, status('dead'), idle]],
    ['grows a second time for one end', 'generations-follow', [busy, restarting, status('idle', 2), status('idle', 3)]],
    [
      'names the next generation in a result of this one',
      'generations-follow',
      [busy, ...cell('a', 'kernel_died', { generation: 2 }), restarting, status('idle', 2)],
    ],
    ['keeps a kernel that lost a cell', 'generation-ends-its-cells', [busy, ...cell('a', 'kernel_died'), idle]],
    [
      'keeps a kernel that cells were skipped with',
      'generation-ends-its-cells',
      [busy, skipped('a', 'kernel_restarted'), idle],
    ],
    [
      'runs a cell in the next generation',
      'generation-ends-its-cells',
      [
        busy,
        ...cell('a', 'kernel_died'),
        restarting,
        status('idle', 2),
        ...cell('b', 'normal', { generation: 2 }),
        status('idle', 2),
      ],
    ],
    [
      'runs a cell while the kernel is dead',
      'generation-ends-its-cells',
      [busy, status('dead'), ...cell('b', 'normal'), status('dead')],
    ],
    [
      'runs a cell after a limit, in the next generation',
      'generation-ends-its-cells',
      [busy, ...cell('a', 'memory'), status('busy', 2), ...cell('b', 'normal', { generation: 2 }), status('idle', 2)],
    ],
    [
      'counts from the beginning after an error',
      'counts-follow',
      [busy, ...cell('a', 'exception', { count: 5 }), ...cell('b', 'normal', { count: 1 }), idle],
    ],
    ['leaves out a count', 'counts-follow', [busy, ...cell('a', 'normal'), ...cell('b', 'normal', { count: 3 }), idle]],
    [
      'counts otherwise in the result',
      'counts-follow',
      [busy, ...cell('a', 'normal', { more: { execution_count: 2 } }), idle],
    ],
    [
      'runs a cell after a skipped one',
      'skips-follow',
      [busy, ...cell('a', 'exception'), skipped('b', 'after_error'), ...cell('c', 'normal', { count: 2 }), idle],
    ],
    [
      'skips after an error where there was none',
      'skips-follow',
      [busy, ...cell('a', 'normal'), skipped('b', 'after_error'), idle],
    ],
    ['completes although its client left', 'cancel-is-told', [busy, ...cell('a', 'cancelled_disconnect'), idle]],
    ['completes although the sidecar stops', 'cancel-is-told', [busy, ...cell('a', 'cancelled_shutdown'), idle]],
    [
      'outlives its sidecar',
      'result-belongs',
      [busy, ...cell('a', 'sidecar_restarted'), restarting, status('idle', 2)],
    ],
    [
      'takes SystemExit for the exit of a process',
      'result-belongs ending-agrees',
      [busy, ...cell('a', 'nonzero_exit'), idle],
    ],
    [
      'names the execution by its cell alone',
      'result-belongs',
      [busy, ...cell('a', 'normal', { more: { execution_id: 'a' } }), idle],
    ],
    [
      'tells of a code where no process ended',
      'ending-agrees',
      [busy, ...cell('a', 'normal', { more: { exit: { code: 0, signal: null, reason: 'normal' } } }), idle],
    ],
    [
      'tells of a code after an exception',
      'ending-agrees',
      [busy, ...cell('a', 'exception', { more: { exit: { code: 1, signal: null, reason: 'exception' } } }), idle],
    ],
    [
      'prints nothing and says it did',
      'output-joins',
      [busy, ...cell('a', 'normal', { more: { stdout: captured('a') } }), idle],
    ],
    [
      'prints to another cell',
      'output-joins',
      [
        busy,
        ...cell('a', 'normal', { shows: [printed('a')], more: { stdout: captured('a') } }),
        ...cell('b', 'normal', { count: 2, more: { stdout: captured('a') } }),
        idle,
      ],
    ],
    [
      'joins lines by more than nothing',
      'output-joins',
      [busy, ...cell('a', 'normal', { shows: [printed(['a', 'b'])], more: { stdout: captured('a\nb') } }), idle],
    ],
    [
      'is truncated twice in a cell',
      'truncation-is-told',
      [
        busy,
        ...cell('a', 'normal', { shows: [cut('stderr', 1), cut('stderr', 1)], more: { stderr: captured('', '', 2) } }),
        idle,
      ],
    ],
    [
      'takes a display for stdout',
      'truncation-is-told',
      [busy, ...cell('a', 'normal', { shows: [cut('display', 4)], more: { stdout: captured('', '', 4) } }), idle],
    ],
  ])('%s', (_name, laws, told) => {
    expect(wrong(...told, complete)).toEqual(laws.split(' '))
  })

  it('says what was expected, and what came', () => {
    const told = [busy, ...cell('a', 'kernel_died'), restarting, status('idle', 1), complete]
    expect(complaints(cellsGrammar, batch(...told))).toMatchObject([
      { expected: 'generation after 1 with `idle`', received: '1' },
      {
        expected: 'kernel_status `dead` or a generation after 1 before `complete`, since cell a was lost',
        received: '`idle` in generation 1',
      },
    ])
  })
})

it('is told apart by its type', () => {
  expectTypeOf<Extract<CellsEvent, { type: 'cell_complete' }>['result']>().toEqualTypeOf<ExecutionResult>()
  expectTypeOf<CellsEvent['type']>().toEqualTypeOf<keyof typeof cellsEvents>()
})

it('names its SSE events by the batch and the number', () => {
  expect(batch(complete).map((event) => cellsGrammar.envelope.wireId?.(event))).toEqual(['batch-1:1', 'batch-1:2'])
})

/** The laws that a batch breaks; rules that are no law stand for themselves. */
function wrong(...told: readonly Told[]): string[] {
  return complaints(cellsGrammar, batch(...told)).map(({ law, rule }) => law ?? rule)
}

function of(type: string, event: StreamEvent, members: object): object | undefined {
  return event.type === type ? members : undefined
}

function withResult(event: StreamEvent, members: (result: ExecutionResult) => object): object | undefined {
  if (event.type !== 'cell_complete') return undefined
  const before = event['result'] as ExecutionResult
  return { result: { ...before, ...members(before) } }
}
