import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readStream } from '../../contracts/core/read-stream.ts'
import { cellsGrammar } from '../../contracts/session/cells.ts'
import { runGrammar } from '../../contracts/session/run.ts'
import { programs } from '../../fixtures/programs/programs.ts'
import { ownEndOf } from './outcomes.ts'
import { inShort, resultIn, type TestClient, testClient } from './test-client.ts'

const limits = fc.record({
  wall_ms: fc.integer({ min: 1, max: 30 }),
  cpu_ms: fc.integer({ min: 1, max: 30 }),
  memory_bytes: fc.integer({ min: 1, max: 2 ** 31 }),
  output_bytes: fc.integer({ min: 1, max: 3_000 }),
  processes: fc.integer({ min: 1, max: 64 }),
})

const names = [...programs().keys()]

async function log(client: TestClient, runId: unknown): Promise<{ event: string }[]> {
  const answer = await client.ask('GET', `/api/session/${client.session}/runs/${runId}/log`)
  return ((await answer.json()) as { records: { event: string }[] }).records
}

describe('any program under any limits', () => {
  it('gives a run that the grammar and its laws accept', async () => {
    await using client = await testClient()
    const lane = fc.constantFrom({ lane: 'user' }, { lane: 'expert', expert_id: 'archivist' })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), limits, lane, async (name, limits, lane) => {
        const judge = readStream(runGrammar)
        const events = await (await client.run(name, { limits, ...lane })).all()
        expect([...events.flatMap((event) => judge.event(event)), ...judge.end()]).toEqual([])
        expect(client.broken).toEqual([])
      }),
      { numRuns: 60 },
    )
  }, 30_000)

  it('gives a batch that the grammar and its laws accept', async () => {
    await using client = await testClient()
    await client.kernel('POST')
    const batch = fc.array(fc.constantFrom(...names), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(batch, limits, fc.boolean(), async (names, limits, stopOnError) => {
        // A kernel that has died too often would refuse the next batch.
        await client.kernel('POST', 'restart')
        const judge = readStream(cellsGrammar)
        const events = await (await client.cells(names, { limits, stop_on_error: stopOnError })).all()
        expect([...events.flatMap((event) => judge.event(event)), ...judge.end()]).toEqual([])
        expect(client.broken).toEqual([])
      }),
      { numRuns: 40 },
    )
  }, 60_000)
})

describe('a run', () => {
  const quick = [...programs().values()].filter(({ outcome }) => outcome.durationMs === undefined)

  it.each(quick.map(({ name, outcome }) => [name, ownEndOf(outcome, 'run')] as const))(
    'of %s ends as it states',
    async (name, { reason, status }) => {
      await using client = await testClient()
      const events = await (await client.run(name)).all()
      // Names that nobody has set are no names.
      const ending = name === 'shows-a-name' ? 'error/exception' : `${status}/${reason}`
      expect(inShort(events).slice(-2)).toEqual([ending, 'complete'])
      expect(client.broken).toEqual([])
    },
  )

  it.each([
    ['loops-forever', { wall_ms: 20 }, 'timeout_wall', 'wall_ms'],
    ['burns-cpu', { cpu_ms: 20 }, 'timeout_cpu', 'cpu_ms'],
    ['burns-cpu', { wall_ms: 20 }, 'timeout_wall', 'wall_ms'],
    ['grows-memory', { memory_bytes: 1_000_000 }, 'memory', 'memory_bytes'],
    ['starts-many-processes', {}, 'processes', 'processes'],
  ])('of %s under %o ends at its limit', async (name, limits, reason, limit) => {
    await using client = await testClient()
    const result = resultIn(await (await client.run(name, { limits })).next('run_complete'))
    expect(result).toMatchObject({ status: 'limit', exit: { reason }, limit: { name: limit } })
    expect(Number(result.limit?.observed)).toBeGreaterThanOrEqual(Number(result.limit?.value))
  })

  it('that gets what it asks for ends well', async () => {
    await using client = await testClient()
    const result = resultIn(
      await (await client.run('grows-memory', { limits: { memory_bytes: 2 ** 31 } })).next('run_complete'),
    )
    expect(result).toMatchObject({ status: 'ok', limit: null })
  })

  it('of code that nobody knows says that the mock runs none', async () => {
    await using client = await testClient()
    const result = resultIn(await (await client.run('print(1)')).next('run_complete'))
    expect(result).toMatchObject({ status: 'internal', exit: { reason: 'launch_failed' } })
    expect(result.stderr.head).toMatch(/runs no code .* prints-forty-two/)
  })

  it('whose worker somebody kills is told as killed', async () => {
    await using client = await testClient()
    const run = await client.run('prints-its-pid-and-waits')
    process.kill(Number((await run.next('run_output'))['text']), 'SIGKILL')
    const result = resultIn(await run.next('run_complete'))
    if (process.platform === 'win32') expect(result.exit.reason).toBe('nonzero_exit')
    else expect(result).toMatchObject({ status: 'killed', exit: { reason: 'signal', signal: 'SIGKILL' } })
  })

  it('has its children while it goes on, and none afterwards', async () => {
    await using client = await testClient()
    const run = await client.run('leaves-a-child-and-waits', { limits: { wall_ms: 300 } })
    const child = Number((await run.next('run_output'))['text'])
    expect(isAlive(child)).toBe(true)
    await run.next('run_complete')
    expect(isAlive(child)).toBe(false)
  })

  it.each([
    [
      'user',
      (client: TestClient, run: string) => client.ask('POST', `/api/session/${client.session}/runs/${run}/cancel`),
    ],
    ['session_ended', (client: TestClient) => client.ask('POST', `/api/session/${client.session}/end`)],
    ['shutdown', (client: TestClient) => client.ask('POST', '/shutdown')],
  ])('that is cancelled (%s) says why, result first', async (reason, cancel) => {
    await using client = await testClient()
    const run = await client.run('sleeps-a-minute')
    const { run_id: id } = await run.next('start')
    await cancel(client, String(id))
    const [complete, error] = (await run.all()).slice(-2)
    expect(resultIn(complete)).toMatchObject({ status: 'cancelled', exit: { reason: `cancelled_${reason}` } })
    expect(error).toMatchObject({ type: 'error', error: { code: 'CANCELLED', context: { reason } } })
    expect(client.broken).toEqual([])
  })

  it('stops when its client leaves, and can be asked for afterwards', async () => {
    await using client = await testClient()
    const run = await client.run('sleeps-a-minute')
    const { run_id: id } = await run.next('start')
    run.leave()
    await expect.poll(() => client.stateOf(id)).toBe('finished')
    expect((await log(client, id)).map(({ event }) => event)).toEqual(['started', 'cancelled', 'finished'])
  })

  it('that waits says so, begins in its turn, and a fifth is refused', async () => {
    await using client = await testClient()
    const runs = await Promise.all([1, 2, 3, 4].map(() => client.run('sleeps-a-minute')))
    const ids = await Promise.all(runs.map(async (run) => String((await run.next('start'))['run_id'])))
    const states = () => Promise.all(ids.map(client.stateOf))
    expect(await states()).toEqual(['running', 'running', 'queued', 'queued'])
    const fifth = await client.run('prints-forty-two', { client_run_id: 'again' })
    expect([fifth.status, fifth.problem.code]).toEqual([429, 'LIMIT_EXCEEDED'])
    await client.ask('POST', `/api/session/${client.session}/runs/${ids[0]}/cancel`)
    await runs[0]?.all()
    expect(await states()).toEqual(['finished', 'running', 'running', 'queued'])
    // What was refused is not remembered.
    expect((await client.run('prints-forty-two', { client_run_id: 'again' })).status).toBe(200)
  })

  it('under a client id that came before is not run again', async () => {
    await using client = await testClient()
    const run = await client.run('prints-forty-two', { client_run_id: 'mine' })
    const { run_id: id } = await run.next('start')
    expect((await client.run('prints-forty-two', { client_run_id: 'mine' })).problem).toMatchObject({
      code: 'DUPLICATE_REQUEST',
      context: { run_id: id },
    })
    expect((await client.run('one-plus-one', { client_run_id: 'mine' })).problem.code).toBe('IDEMPOTENCY_MISMATCH')
  })

  it.each([
    [{ limits: { wall_ms: 600_001 } }, 422, 'VALIDATION_FAILED', '#/limits/wall_ms'],
    [{ lane: 'expert' }, 422, 'VALIDATION_FAILED', '#/expert_id'],
    [{ lane: 'expert', expert_id: 'nobody' }, 404, 'EXPERT_NOT_FOUND', undefined],
    [{ lane: 'expert', expert_id: 'archivist', tools: ['shell'] }, 403, 'TOOL_NOT_ALLOWED', undefined],
  ])('asked for with %o is refused', async (more, status, code, pointer) => {
    await using client = await testClient()
    const { problem, status: received } = await client.run('prints-forty-two', more)
    expect([received, problem.code]).toEqual([status, code])
    expect((problem['errors'] as { pointer: string }[] | undefined)?.[0]?.pointer).toBe(pointer)
    expect(client.broken).toEqual([])
  })
})

describe('a workspace', () => {
  it('of the user lasts as long as the session; that of an expert as long as its run', async () => {
    await using client = await testClient()
    const printed = async (name: string, more = {}) =>
      resultIn(await (await client.run(name, more)).next('run_complete')).stdout.head.trim()
    const expert = { lane: 'expert', expert_id: 'archivist' }
    await printed('writes-a-file', expert)
    expect(await printed('lists-its-files', expert)).toBe('[]')
    expect(await printed('reads-a-file')).toBe('none')
    await printed('writes-a-file')
    expect(await printed('reads-a-file')).toBe('left by a run')
    expect(await printed('reads-a-file', expert)).toBe('none')
    const folders = [await printed('prints-its-folder'), await printed('prints-its-folder', expert)]
    expect(new Set([...folders, await printed('prints-its-folder')]).size).toBe(2)
  })

  it('shows nothing of the sidecar to code', async () => {
    await using client = await testClient({ model: { baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'the-key', name: 'm' } })
    const seen = resultIn(await (await client.run('reveals-its-world')).next('run_complete')).stdout.head
    expect(JSON.parse(seen)).toMatchObject({ argv: ['program.py'], files: [], handles: {} })
    expect(seen).not.toContain('the-key')
    expect(seen).not.toContain(client.mock.token)
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
