// Limits: what passes one ends as `limit` with its name, a grandchild that holds the output does not hold the result.
import { bounds } from '../../../contracts/session/bounds.ts'
import { control, expectSame, expectThat } from '../../expect.ts'
import { check } from '../context.ts'
import {
  codeRuns,
  expectOutcome,
  mayAsk,
  needsLimit,
  needsRuns,
  printed,
  resultOf,
  runToEnd,
  startRun,
} from '../runs.ts'

export const heldOutput = check({
  id: 'session.run.held-output',
  rule: 'MUST end a run with its main process, although a grandchild holds the output open, no more than 2 s beyond the wall limit',
  covers: ['EXE-05', 'EXE-04'],
  catches: ['run.waits-for-children'],
  scope: 'shared',
  skip: needsRuns,
  async run(context) {
    await codeRuns(context, 'user')
    const wallMs = 1_000
    const limits = mayAsk(context, { wall_ms: context.patience.stretch(wallMs) })
    const run = await control(() => startRun(context, 'child-holds-stdout', { limits }))
    await printed(run)
    const result = await resultOf(run, { withinMs: wallMs + bounds.heldOutputMs })
    expectOutcome(run, result)
  },
})

export const cpuLimit = check({
  id: 'session.run.cpu-limit',
  rule: 'MUST end code that passes its `cpu_ms` as `timeout_cpu`',
  covers: ['EXE-07'],
  catches: ['limits.ignore-cpu'],
  scope: 'shared',
  skip: needsLimit('cpu_ms'),
  async run(context) {
    await codeRuns(context, 'user')
    const run = await control(() => startRun(context, 'burns-cpu', { limits: mayAsk(context, { cpu_ms: 1_000 }) }))
    const result = await resultOf(run, { withinMs: cpuTimeComesWithinMs })
    expectOutcome(run, result)
    expectSame(result.limit?.name, 'cpu_ms', 'limit.name', run.at)
  },
})

/** A second of processor time may take many on a machine that others use too. The contract bounds only the wall limit. */
const cpuTimeComesWithinMs = 30_000

export const memoryLimit = check({
  id: 'session.run.memory-limit',
  rule: 'MUST hold `memory_bytes` in fact: code that takes a gigabyte ends as `limit` by `memory` or by a MemoryError',
  covers: ['EXE-06', 'EXE-07'],
  catches: ['limits.ignore-memory'],
  scope: 'shared',
  skip: needsLimit('memory_bytes'),
  async run(context) {
    await codeRuns(context, 'user')
    const limits = mayAsk(context, { memory_bytes: 256 * 1024 * 1024 })
    const run = await control(() => startRun(context, 'grows-memory', { limits }))
    await printed(run)
    const { error, exit, limit, status } = await resultOf(run)
    const received = `${status}/${exit.reason} ${error?.ename ?? ''}`.trim()
    const held = received === 'error/exception MemoryError' || received.startsWith('limit/memory')
    expectThat(held, 'limit/memory, or error/exception MemoryError', received, run.at)
    if (status === 'limit') expectSame(limit?.name, 'memory_bytes', 'limit.name', run.at)
  },
})

export const processLimit = check({
  id: 'session.run.process-limit',
  rule: 'SHOULD end code that starts more than `processes` as `limit` by `processes`',
  covers: ['EXE-19'],
  catches: ['limits.ignore-processes'],
  scope: 'shared',
  skip: needsLimit('processes'),
  async run(context) {
    await codeRuns(context, 'user')
    const { result, run } = await runToEnd(context, 'starts-many-processes', {
      limits: mayAsk(context, { processes: 8 }),
    })
    expectOutcome(run, result)
    expectSame(result.limit?.name, 'processes', 'limit.name', run.at)
  },
})
