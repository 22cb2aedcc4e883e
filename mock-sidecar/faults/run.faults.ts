// Ways in which a run goes wrong on the wire: the derived ones of its grammar, and those of its output and its result.
import type { StreamEvent } from '../../contracts/core/grammar.ts'
import { problem } from '../../contracts/core/problem.ts'
import { streamRun } from '../../contracts/session/run-operations.ts'
import { type Fault, fault } from './fault.ts'
import { streamFaults } from './stream-faults.ts'

const on = [streamRun.id]

export const runGrammarFaults: Fault[] = streamFaults(streamRun)

/** Leaves out every event that the function picks, `times` at most, and closes the gaps in the numbers. */
function withoutEvents(id: string, says: string, type: string, times = Number.POSITIVE_INFINITY): Fault {
  return fault({
    id,
    says,
    on,
    events: (hit) => {
      let left = 0
      return (event, send) => {
        if (event.type === type && left < times) {
          hit()
          left += 1
        } else send({ ...event, seq: Number(event['seq']) - left })
      }
    },
  })
}

export const losesOutput = withoutEvents(
  'run.loses-output',
  'Loses the first piece of output; the result has it.',
  'run_output',
  1,
)
export const truncatesSilently = withoutEvents(
  'run.truncates-silently',
  'Truncates output without saying so between its head and its tail.',
  'output_truncated',
)

export const completesWithoutResult = fault({
  id: 'run.completes-without-a-result',
  says: 'Completes a run without its result.',
  on,
  events: (hit) => {
    let result: StreamEvent | undefined
    return (event, send) => {
      if (event.type === 'run_complete') {
        result = event
        return
      }
      if (result !== undefined && event.type === 'complete') {
        hit()
        return send({ ...event, seq: result['seq'] })
      }
      if (result !== undefined) send(result)
      send(event)
    }
  },
})

/** Sends an event once more after the result. */
function repeatingAfterResult(id: string, says: string, type: string): Fault {
  return fault({
    id,
    says,
    on,
    events: (hit) => {
      let seen: StreamEvent | undefined
      let shift = 0
      return (event, send) => {
        if (event.type === type) seen = event
        send({ ...event, seq: Number(event['seq']) + shift })
        if (event.type !== 'run_complete' || seen === undefined) return
        hit()
        shift = 1
        send({ ...seen, seq: Number(event['seq']) + 1 })
      }
    },
  })
}

export const printsAfterResult = repeatingAfterResult(
  'run.prints-after-the-result',
  'Sends output after the result.',
  'run_output',
)
export const endsTwice = repeatingAfterResult('run.has-two-results', 'Sends the result twice.', 'run_complete')

export const miscountsDropped = fault({
  id: 'run.miscounts-what-it-drops',
  says: 'Counts one dropped byte too many.',
  on,
  events: (hit) => (event, send) => {
    if (event.type !== 'output_truncated') return send(event)
    hit()
    send({ ...event, dropped_bytes: Number(event['dropped_bytes']) + 1 })
  },
})

interface Result {
  readonly status: string
  readonly exit: { readonly code: number | null; readonly signal: string | null; readonly reason: string }
  readonly error: object | null
  readonly stdout: { readonly head: string; readonly truncated: boolean; readonly bytes_total: number }
  readonly stderr: { readonly head: string; readonly truncated: boolean; readonly bytes_total: number }
}

/** Changes the result of a run, where `change` gives something else. */
function withResult(id: string, says: string, change: (result: Result) => object | undefined): Fault {
  return fault({
    id,
    says,
    on,
    events: (hit) => (event, send) => {
      const result = event['result'] as Result | undefined
      const changed = event.type === 'run_complete' && result !== undefined ? change(result) : undefined
      if (changed === undefined) return send(event)
      hit()
      send({ ...event, result: { ...result, ...changed } })
    },
  })
}

export const resultOfAnother = withResult('run.names-another-session', 'Names another session in the result.', () => ({
  session_id: 'another-session',
}))

export const resultOfAnotherLane = withResult(
  'run.names-another-lane',
  'Tells the result of a run as that of a cell.',
  () => ({ lane: 'cell' }),
)

export const failsWithZero = withResult('run.fails-with-code-0', 'Tells an exit code other than 0 as 0.', ({ exit }) =>
  exit.reason === 'nonzero_exit' ? { exit: { ...exit, code: 0 } } : undefined,
)

export const failureIsSuccess = withResult(
  'run.failure-is-success',
  'Tells a run that left with an exit code as `ok`.',
  ({ exit }) =>
    exit.reason === 'nonzero_exit'
      ? { status: 'ok', error: null, exit: { code: 0, signal: null, reason: 'normal' } }
      : undefined,
)

export const hidesException = withResult(
  'run.hides-the-exception',
  'Calls every exception `Exception`.',
  ({ error }) => (error === null ? undefined : { error: { ...error, ename: 'Exception' } }),
)

export const losesExitCode = withResult(
  'run.loses-the-exit-code',
  'Tells every exit code but 0 as 1.',
  ({ exit, status }) => (status === 'error' ? { exit: { ...exit, code: 1 } } : undefined),
)

export const signalIsExitCode = withResult(
  'run.signal-is-an-exit-code',
  'Tells an end by a signal as an exit code, as shells do.',
  ({ status }) =>
    status === 'killed'
      ? { status: 'error', exit: { code: 137, signal: null, reason: 'nonzero_exit' }, error: null }
      : undefined,
)

export const failureEndsStream = fault({
  id: 'run.failure-ends-the-stream',
  says: 'Ends the stream of code that failed with `error`.',
  on,
  events: (hit) => {
    let failed = false
    return (event, send) => {
      if (event.type === 'run_complete') failed = (event['result'] as Result).status === 'error'
      if (event.type !== 'complete' || !failed) return send(event)
      hit()
      send({ ...event, type: 'error', error: problem('INTERNAL', 'the code failed') })
    }
  },
})

export const mixesOutputs = fault({
  id: 'run.mixes-its-outputs',
  says: 'Tells lines on stderr as stdout, in events and result alike.',
  on,
  events: (hit) => {
    const printed = { before: '', after: '', dropped: 0, moved: '' }
    return (event, send) => {
      const { result, stream, text = '' } = event as { result?: Result; stream?: string; text?: string }
      if (event.type === 'output_truncated' && stream === 'stdout') printed.dropped += Number(event['dropped_bytes'])
      if (event.type === 'run_output' && (stream === 'stdout' || text.length < 100)) {
        if (stream === 'stderr') {
          hit()
          printed.moved += text
        }
        printed[printed.dropped > 0 ? 'after' : 'before'] += text
        return send({ ...event, stream: 'stdout' })
      }
      if (result === undefined || printed.moved === '') return send(event)
      const { after: tail, before: head, dropped } = printed
      const stdout = { ...result.stdout, head, tail, bytes_total: Buffer.byteLength(head + tail) + dropped }
      const stderr = { ...result.stderr, head: '', bytes_total: 0 }
      send({ ...event, result: { ...result, stdout, stderr } })
    }
  },
})
