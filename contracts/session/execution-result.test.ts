// Every status with every reason, judged by zod and by the schema that is frozen from it.
import { describe, expect, it } from 'vitest'
import { ajvJudge } from '../core/freeze/ajv-judge.ts'
import { schemaFile } from '../core/freeze/schema-file.ts'
import { captured, endings, result } from './execution.sample.ts'
import { ExecutionResult, reasonsByStatus } from './execution-result.ts'

const ajv = ajvJudge(schemaFile('session/1', 'ExecutionResult', ExecutionResult))

/** The table of the contract page, written a second time on purpose. */
const table = [
  'ok: normal',
  'error: exception, nonzero_exit',
  'limit: timeout_wall, timeout_cpu, memory, processes',
  'killed: signal',
  'cancelled: cancelled_user, cancelled_disconnect, cancelled_session_ended, cancelled_shutdown',
  'lost: kernel_died, kernel_restarted, sidecar_restarted',
  'internal: launch_failed, internal',
]

it('are the statuses and reasons of the contract page', () => {
  expect(Object.entries(reasonsByStatus).map(([status, reasons]) => `${status}: ${reasons.join(', ')}`)).toEqual(table)
})

describe.each(Object.keys(reasonsByStatus))('the status %s', (status) => {
  it.each(endings)('stands beside $reason only where they belong together', ({ reason, status: owner }) => {
    // All members are those of the status, so that nothing but the reason can be wrong.
    const [own = 'internal'] = endings.filter((ending) => ending.status === status).map((ending) => ending.reason)
    const right = result(own)
    judge({ ...right, exit: { ...right.exit, reason } }, owner === status)
  })
})

describe.each(endings)('a result that ended $status by $reason', ({ reason, status }) => {
  const right = result(reason)

  it('is right', () => {
    judge(right, true)
    judge({ ...right, more: null, exit: { ...right.exit, more: [] }, stdout: { ...captured('ä'), more: 1 } }, true)
  })

  it('has a limit where that is its status, and only there', () => {
    judge({ ...right, limit: { name: 'cpu_ms', value: 1, observed: null, enforcement: 'kernel' } }, status === 'limit')
    judge({ ...right, limit: null }, status !== 'limit')
  })

  it('may have an error unless it ended well', () => {
    judge({ ...right, error: { ename: 'E', evalue: '', traceback: [] } }, status !== 'ok')
    judge({ ...right, error: null }, true)
  })

  it('may have a signal unless it ended well, and has one where that is its status', () => {
    judge({ ...right, exit: { code: null, signal: 'SIGRTMIN+3', reason } }, status !== 'ok')
    judge({ ...right, exit: { code: null, signal: null, reason } }, status !== 'killed')
  })

  it('may have a code, which is 0 where it ended well', () => {
    judge({ ...right, exit: { ...right.exit, code: 1 } }, status !== 'ok')
    judge({ ...right, exit: { ...right.exit, code: -1_073_741_819 } }, status !== 'ok')
    judge({ ...right, exit: { ...right.exit, code: 0 } }, true)
    judge({ ...right, exit: { ...right.exit, code: 0.5 } }, false)
  })
})

describe('a result', () => {
  const right = result('timeout_wall')

  it.each<[name: string, value: object]>([
    ['of an unknown status', { status: 'timeout' }],
    ['of an unknown lane', { lane: 'notebook' }],
    ['without a name', { execution_id: '' }],
    ['ended by a limit on output, which ends nothing', { limit: { ...right.limit, name: 'output_bytes' } }],
    ['ended by an unknown limit', { limit: { ...right.limit, name: 'files' } }],
    ['whose limit nobody knows who enforces', { limit: { ...right.limit, enforcement: 'docker' } }],
    ['with an observation that is left out', { limit: { name: 'wall_ms', value: 1, enforcement: 'none' } }],
    ['with a signal that is a number', { exit: { code: null, signal: 9, reason: 'timeout_wall' } }],
    ['with a signal that is no POSIX name', { exit: { code: null, signal: 'killed', reason: 'timeout_wall' } }],
    ['with a code that is left out', { exit: { signal: null, reason: 'timeout_wall' } }],
    ['with a negative time', { usage: { ...right.usage, wall_ms: -1 } }],
    ['without a time', { usage: { ...right.usage, wall_ms: null } }],
    ['with an error that is text', { error: 'ValueError: no' }],
    ['with a traceback that is one text', { error: { ename: 'E', evalue: '', traceback: 'E' } }],
    ['with output that is text', { stdout: 'hello' }],
    ['with half a byte', { stderr: { ...captured(), bytes_total: 0.5 } }],
    ['with a flag that is left out', { stderr: { ...captured(), invalid_utf8: undefined } }],
    ['with a negative generation', { kernel_generation: -1 }],
  ])('%s is wrong', (_name, members) => {
    judge({ ...right, ...members }, false)
  })

  it.each<[name: string, value: object]>([
    ['that could not be measured', { usage: { wall_ms: 0.5, cpu_ms: null, max_rss_bytes: null } }],
    ['of a cell of the first generation', { lane: 'cell', kernel_generation: 0, execution_count: 1 }],
    ['named by a batch and a cell of the longest ids', { execution_id: `${'b'.repeat(128)}:${'c'.repeat(128)}` }],
    ['whose exception says nothing', { error: { ename: '', evalue: '', traceback: [] } }],
  ])('%s is right', (_name, members) => {
    judge({ ...right, ...members }, true)
  })

  it.each(Object.keys(right))('lacks no %s', (name) => {
    const { [name as keyof typeof right]: _, ...rest } = right
    judge(rest, false)
  })
})

function judge(value: unknown, right: boolean): void {
  // As it travels: members that are undefined are not there.
  const sent: unknown = JSON.parse(JSON.stringify(value))
  const verdicts = { ajv: ajv(sent), zod: ExecutionResult.safeParse(sent).success }
  expect(verdicts, JSON.stringify(sent)).toEqual({ ajv: right, zod: right })
}
