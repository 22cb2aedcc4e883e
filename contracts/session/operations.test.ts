import { describe, expect, it } from 'vitest'
import type { Operation } from '../core/operation.ts'
import type { ProblemCode } from '../core/problem-codes.ts'
import { Capabilities } from './capabilities.ts'
import { sessionContract } from './contract.ts'
import { result } from './execution.sample.ts'

/** The routes of the contract page, written a second time on purpose. */
const routes = [
  'DELETE /api/session/{session_id}/kernel: 204 empty, notebook',
  'GET /api/contract: 200 json',
  'GET /api/session/{session_id}/dynamic-report: 200 json',
  'GET /api/session/{session_id}/kernel: 200 json, notebook',
  'GET /api/session/{session_id}/runs/{run_id}/log: 200 json, runs',
  'GET /api/session/{session_id}/runs/{run_id}: 200 json, runs',
  'GET /health: 200 json, open',
  'GET /ready: 200 json',
  'POST /api/session/new: 201 json',
  'POST /api/session/{session_id}/end: 200 json',
  'POST /api/session/{session_id}/kernel/cells/stream: 200 stream, notebook',
  'POST /api/session/{session_id}/kernel/interrupt: 200 json, notebook',
  'POST /api/session/{session_id}/kernel/reset: 200 json, notebook',
  'POST /api/session/{session_id}/kernel/restart: 200 json, notebook',
  'POST /api/session/{session_id}/kernel: 201 200 json, notebook',
  'POST /api/session/{session_id}/message/stream: 200 stream',
  'POST /api/session/{session_id}/runs/stream: 200 stream, runs',
  'POST /api/session/{session_id}/runs/{run_id}/cancel: 202 empty, runs',
  'POST /api/session/{session_id}/turns/{turn_id}/cancel: 202 empty',
  'POST /shutdown: 202 empty',
]

const operations: Operation[] = Object.values(sessionContract.operations)

it('are the routes of the contract page', () => {
  const written = operations.map(
    ({ capability, method, path, output, open }) =>
      `${method} ${path}: ${output.statuses.join(' ')} ${output.kind}${open ? ', open' : ''}${capability === undefined ? '' : `, ${capability}`}`,
  )
  expect(written.sort()).toEqual(routes)
})

it('have ids that begin with the name of their contract', () => {
  for (const { id } of operations) expect(id).toMatch(/^session(\.[a-z]+)+$/)
})

it('name only capabilities that a sidecar may leave out', () => {
  const optional = Object.entries(Capabilities.shape).flatMap(([name, schema]) =>
    schema.safeParse(undefined).success ? [name] : [],
  )
  for (const { capability, id } of operations) if (capability !== undefined) expect(optional, id).toContain(capability)
})

describe('what an ended session answers', () => {
  it('is 410 on every route of a session but its end', () => {
    const ofSession = operations.filter(({ path }) => path.includes('{session_id}'))
    expect(ofSession.filter(({ errors }) => errors.includes('SESSION_NOT_FOUND'))).toEqual(ofSession)
    const lasting = ofSession.filter(({ errors }) => !errors.includes('SESSION_ENDED'))
    expect(lasting.map(({ id }) => id)).toEqual(['session.end'])
  })
})

describe('the body of a message', () => {
  const { input } = sessionContract.operations.streamMessage

  it.each([
    [{ message: 'hello' }, true],
    [{ message: 'hello', client_message_id: 'm-1', more: null }, true],
    [{ message: '' }, false],
    [{ message: 'hello', client_message_id: '' }, false],
    [{}, false],
    [undefined, false],
  ])('%j is right: %s', (body, right) => {
    expect(input?.safeParse(body).success).toBe(right)
  })
})

describe('what the kernel may answer', () => {
  const ofKernel = operations.filter(({ path }) => /\/kernel(\/|$)/.test(path))
  const answering = (code: ProblemCode) =>
    ofKernel.filter(({ errors }) => errors.includes(code)).map(({ id }) => id.replace('session.', ''))

  it('is 404 without one, but to those who start or end it', () => {
    const others = ofKernel.map(({ id }) => id.replace('session.', ''))
    expect(answering('KERNEL_NOT_FOUND')).toEqual(others.filter((id) => !['kernel.start', 'kernel.stop'].includes(id)))
  })

  it('is 409 while it is busy, to those who need it idle', () => {
    expect(answering('KERNEL_BUSY')).toEqual(['kernel.reset', 'cells.stream'])
  })

  it('is 500 once it is dead, to those who need it alive', () => {
    expect(answering('KERNEL_DIED')).toEqual(['kernel.restart', 'kernel.reset', 'cells.stream'])
  })
})

describe('the body of a run', () => {
  const { input } = sessionContract.operations.streamRun
  const user = { lane: 'user', language: 'python', code: '1' }

  it.each<[value: unknown, right: boolean]>([
    [user, true],
    [{ ...user, code: '' }, true],
    [{ ...user, lane: 'expert', expert_id: 'sql', tools: ['search', 'search'], client_run_id: 'r-1', more: {} }, true],
    [{ ...user, tools: [] }, true],
    // That an expert's lane needs its expert is a check: JSON Schema has no plain way to say it.
    [{ ...user, lane: 'expert' }, true],
    [{ ...user, limits: {} }, true],
    [{ ...user, limits: { wall_ms: 1, cpu_ms: 2, memory_bytes: 3, output_bytes: 4, processes: 5, files: 'x' } }, true],
    [{ ...user, limits: { wall_ms: 0 } }, false],
    [{ ...user, limits: { wall_ms: -1 } }, false],
    [{ ...user, limits: { wall_ms: 1.5 } }, false],
    [{ ...user, limits: { wall_ms: '1000' } }, false],
    [{ ...user, limits: { wall_ms: null } }, false],
    [{ ...user, limits: null }, false],
    [{ ...user, lane: 'cell' }, false],
    [{ ...user, language: 'python3' }, false],
    [{ ...user, code: undefined }, false],
    [{ ...user, code: ['1'] }, false],
    [{ ...user, expert_id: '' }, false],
    [{ ...user, expert_id: null }, false],
    [{ ...user, tools: 'search' }, false],
    [{ ...user, tools: [1] }, false],
    [{ ...user, client_run_id: 'a b' }, false],
    [{ language: 'python', code: '1' }, false],
    [{ lane: 'user', code: '1' }, false],
    [[], false],
    [undefined, false],
  ])('%j is right: %s', (body, right) => {
    expect(input?.safeParse(body).success).toBe(right)
  })
})

describe('the body of a batch', () => {
  const { input } = sessionContract.operations.streamCells
  const cell = { cell_id: 'a', code: '1' }

  it.each<[value: unknown, right: boolean]>([
    [{ cells: [] }, true],
    [{ cells: [cell, { ...cell, cell_id: 'b', code: '', metadata: {} }] }, true],
    [{ cells: [cell], stop_on_error: false, limits: { wall_ms: 1000 }, more: null }, true],
    // That ids are unique is a check: JSON Schema compares whole items alone.
    [{ cells: [cell, cell] }, true],
    [{ cells: [cell], stop_on_error: 'no' }, false],
    [{ cells: [cell], stop_on_error: null }, false],
    [{ cells: [cell], limits: { processes: 0 } }, false],
    [{ cells: [{ code: '1' }] }, false],
    [{ cells: [{ cell_id: 'a' }] }, false],
    [{ cells: [{ ...cell, cell_id: '' }] }, false],
    [{ cells: [{ ...cell, cell_id: 'x'.repeat(129) }] }, false],
    [{ cells: [{ ...cell, cell_id: 1 }] }, false],
    [{ cells: [{ ...cell, code: null }] }, false],
    [{ cells: [null] }, false],
    [{ cells: cell }, false],
    [{}, false],
    [undefined, false],
  ])('%j is right: %s', (body, right) => {
    expect(input?.safeParse(body).success).toBe(right)
  })
})

describe('how far a run has come', () => {
  const { schema } = sessionContract.operations.getRun.output

  it.each<[value: unknown, right: boolean]>([
    [{ run_id: 'r', state: 'queued', result: null }, true],
    [{ run_id: 'r', state: 'running', result: null }, true],
    [{ run_id: 'r', state: 'finished', result: result('sidecar_restarted') }, true],
    [{ run_id: 'r', state: 'finished', result: null }, false],
    [{ run_id: 'r', state: 'running', result: result('normal') }, false],
    [{ run_id: 'r', state: 'running' }, false],
    [{ run_id: 'r', state: 'cancelled', result: null }, false],
  ])('%j is right: %s', (body, right) => {
    expect(schema.safeParse(body).success).toBe(right)
  })
})
