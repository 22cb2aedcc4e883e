import { describe, expect, it } from 'vitest'
import { fault } from '../faults/fault.ts'
import { inShort, resultIn, type TestClient, testClient } from './test-client.ts'

/** The pid of the kernel's process, as a cell prints it. */
async function pidOf(client: TestClient): Promise<number> {
  const batch = await client.cells(['prints-its-pid'])
  const { output } = (await batch.next('cell_output')) as unknown as { output: { text: string } }
  await batch.all()
  return Number(output.text)
}

/** What the last expression of each cell came to. */
async function shown(client: TestClient, names: readonly string[]): Promise<unknown[]> {
  const events = await (await client.cells(names, { stop_on_error: false })).all()
  return events
    .filter(({ type }) => type === 'cell_complete' || type === 'cell_output')
    .map((event) => {
      const { output, result } = event as unknown as { output?: { data?: Record<string, unknown> }; result?: unknown }
      return result === undefined ? output?.data?.['text/plain'] : undefined
    })
    .filter((value) => value !== undefined)
}

/** A mock with a kernel. */
async function withKernel(options: Parameters<typeof testClient>[0] = {}): Promise<TestClient> {
  const client = await testClient(options)
  await client.kernel('POST')
  return client
}

/** A batch whose first cell runs. */
async function running(client: TestClient, names: readonly string[], more: object = {}) {
  const batch = await client.cells(names, more)
  await batch.next('cell_start')
  return batch
}

const settled = (client: TestClient, state: string, generation: number) =>
  expect.poll(() => client.kernel('GET'), { timeout: 5_000 }).toMatchObject({ state, generation })

describe('a kernel', () => {
  it('is one process that keeps names and counts cells, errors too', async () => {
    await using client = await withKernel()
    const pid = await pidOf(client)
    expect(await shown(client, ['sets-a-name', 'raises-value-error', 'shows-a-name'])).toEqual(['5'])
    expect(await pidOf(client)).toBe(pid)
    expect(await client.kernel('GET')).toMatchObject({ state: 'idle', generation: 1, execution_count: 5 })
    expect(client.broken).toEqual([])
  })

  it('that exists is not started again', async () => {
    await using client = await testClient()
    const path = `/api/session/${client.session}/kernel`
    const both = await Promise.all([client.ask('POST', path), client.ask('POST', path)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 201])
    const [first, second] = await Promise.all(
      both.map(async (answer) => ((await answer.json()) as { kernel_id: string }).kernel_id),
    )
    expect(first).toBe(second)
  })

  it('that there is not is not found, and need not be stopped', async () => {
    await using client = await testClient()
    const path = `/api/session/${client.session}/kernel`
    const statuses = [
      await client.ask('GET', path),
      await client.ask('POST', `${path}/interrupt`),
      await client.ask('POST', `${path}/restart`),
      await client.ask('POST', `${path}/reset`),
      await client.ask('DELETE', path),
    ].map(({ status }) => status)
    expect([...statuses, (await client.cells([])).status]).toEqual([404, 404, 404, 404, 204, 404])
    expect(client.broken).toEqual([])
  })

  it('begins anew when it is restarted: another process, no names, count 0', async () => {
    await using client = await withKernel()
    const pid = await pidOf(client)
    await shown(client, ['sets-a-name'])
    expect(await client.kernel('POST', 'restart')).toMatchObject({ state: 'idle', generation: 2, execution_count: 0 })
    expect(await shown(client, ['shows-a-name'])).toEqual([])
    expect(await pidOf(client)).not.toBe(pid)
  })

  it('restarted twice at once is idle in the next generation', async () => {
    await using client = await withKernel()
    const both = await Promise.all([client.kernel('POST', 'restart'), client.kernel('POST', 'restart')])
    expect(both).toMatchObject([
      { state: 'idle', generation: 2 },
      { state: 'idle', generation: 2 },
    ])
    expect(await client.kernel('GET')).toMatchObject({ state: 'idle', generation: 2 })
  })

  it('forgets names in a reset and keeps process and count', async () => {
    await using client = await withKernel()
    const pid = await pidOf(client)
    await shown(client, ['sets-a-name'])
    expect(await client.kernel('POST', 'reset')).toMatchObject({ state: 'idle', generation: 1, execution_count: 2 })
    expect(await shown(client, ['shows-a-name'])).toEqual([])
    expect(await pidOf(client)).toBe(pid)
  })

  it('numbers its processes on when it was deleted and started again', async () => {
    await using client = await withKernel()
    await client.kernel('POST', 'restart')
    await client.kernel('DELETE')
    expect(await client.kernel('POST')).toMatchObject({ generation: 3, execution_count: 0 })
  })
})

describe('a batch', () => {
  it('refuses another, and a reset, while it goes on', async () => {
    await using client = await withKernel()
    const batch = await running(client, ['sleeps-a-minute'])
    expect(await client.kernel('GET')).toMatchObject({ state: 'busy' })
    expect((await client.cells([])).problem.code).toBe('KERNEL_BUSY')
    expect(await client.kernel('POST', 'reset')).toMatchObject({ code: 'KERNEL_BUSY' })
    await client.kernel('POST', 'interrupt')
    await batch.all()
    expect((await client.cells([])).status).toBe(200)
  })

  it('names a cell that stands twice', async () => {
    await using client = await withKernel()
    const twins = [1, 2].map(() => ({ cell_id: 'same', code: '' }))
    const { problem } = await client.cells([], { cells: twins })
    expect(problem).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ pointer: '#/cells/1/cell_id' }] })
  })

  it.each([
    ['interrupt', ['cancelled/cancelled_user', 'skipped cancelled', 'idle 1', 'complete']],
    ['restart', ['lost/kernel_restarted', 'restarting 1', 'skipped kernel_restarted', 'idle 2', 'complete']],
  ])('is ended by %s', async (verb, expected) => {
    await using client = await withKernel()
    const batch = await running(client, ['sleeps-a-minute', 'one-plus-one'])
    await client.kernel('POST', verb)
    const events = (await batch.all()).filter(({ type }) => type !== 'cell_output')
    expect(inShort(events)).toEqual(expected)
    expect(await client.kernel('GET')).toMatchObject({ state: 'idle' })
    expect(client.broken).toEqual([])
  })

  it('is ended by DELETE, after which there is no kernel', async () => {
    await using client = await withKernel()
    const batch = await running(client, ['sleeps-a-minute', 'one-plus-one'])
    await client.kernel('DELETE')
    expect(inShort(await batch.all())).toEqual(['cancelled/cancelled_user', 'skipped cancelled', 'dead 1', 'complete'])
    expect(await client.kernel('GET')).toMatchObject({ code: 'KERNEL_NOT_FOUND' })
    expect(client.broken).toEqual([])
  })

  it.each([
    ['session_ended', (client: TestClient) => client.ask('POST', `/api/session/${client.session}/end`)],
    ['shutdown', (client: TestClient) => client.ask('POST', '/shutdown')],
  ])('is cancelled with its reason (%s), and its kernel is gone', async (reason, end) => {
    await using client = await withKernel()
    const pid = await pidOf(client)
    const batch = await running(client, ['sleeps-a-minute', 'one-plus-one'])
    await end(client)
    const events = await batch.all()
    expect(inShort(events)).toEqual([`cancelled/cancelled_${reason}`, 'error'])
    expect(events.at(-1)).toMatchObject({ error: { code: 'CANCELLED', context: { reason } } })
    await expect.poll(() => isAlive(pid)).toBe(false)
    expect(client.broken).toEqual([])
  })

  it.each([
    ['sleeps-a-minute', 1],
    ['swallows-everything', 2],
  ])('whose client leaves in %s frees the kernel, generation %i', async (name, generation) => {
    await using client = await withKernel()
    const batch = await running(client, [name])
    batch.leave()
    await settled(client, 'idle', generation)
    expect((await client.cells([])).status).toBe(200)
    expect(client.broken).toEqual([])
  })

  it('goes on after an error where it was asked to', async () => {
    await using client = await withKernel()
    const names = ['raises-value-error', 'one-plus-one']
    expect(inShort(await (await client.cells(names)).all())).toContain('skipped after_error')
    expect(inShort(await (await client.cells(names, { stop_on_error: false })).all())).toContain('ok/normal')
  })

  it('replaces a kernel that swallows an interrupt, after the grace', async () => {
    await using client = await withKernel()
    const batch = await running(client, ['swallows-everything', 'one-plus-one'])
    await batch.next('cell_output')
    await client.kernel('POST', 'interrupt')
    const expected = ['lost/kernel_restarted', 'restarting 1', 'skipped kernel_restarted', 'idle 2', 'complete']
    expect(inShort(await batch.all())).toEqual(expected)
  })

  it('ends in the middle of a flood when it is interrupted', async () => {
    await using client = await withKernel()
    const batch = await client.cells(['floods-without-end'], { limits: { output_bytes: 16 * 1024 * 1024 } })
    await batch.next('cell_output')
    await client.kernel('POST', 'interrupt')
    expect(inShort(await batch.all())).toContain('cancelled/cancelled_user')
    expect(client.broken).toEqual([])
  })

  it('tells a flood of displays once', async () => {
    await using client = await withKernel()
    const events = await (await client.cells(['floods-the-display'], { limits: { output_bytes: 1_000 } })).all()
    expect(events.filter(({ type }) => type === 'output_truncated')).toMatchObject([{ stream: 'display' }])
    expect(events.filter(({ type }) => type === 'cell_output').length).toBeLessThan(20)
  })
})

describe('the death of a kernel', () => {
  it('in a cell ends the cell, skips the rest, and brings another', async () => {
    await using client = await withKernel()
    const pid = await pidOf(client)
    const batch = await running(client, ['sleeps-a-minute', 'one-plus-one'])
    process.kill(pid, 'SIGKILL')
    const events = await batch.all()
    const expected = ['lost/kernel_died', 'restarting 1', 'skipped kernel_died', 'idle 2', 'complete']
    expect(inShort(events)).toEqual(expected)
    if (process.platform !== 'win32') expect(resultIn(events[0]).exit.signal).toBe('SIGKILL')
    expect(client.broken).toEqual([])
  })

  it('is made good three times in a row; then it stays dead until it is restarted', async () => {
    await using client = await withKernel()
    for (const generation of [2, 3, 4]) {
      process.kill(await pidOf(client), 'SIGKILL')
      await settled(client, 'idle', generation)
    }
    process.kill(await pidOf(client), 'SIGKILL')
    await settled(client, 'dead', 4)
    expect((await client.cells([])).problem.code).toBe('KERNEL_DIED')
    expect(await client.kernel('POST', 'reset')).toMatchObject({ code: 'KERNEL_DIED' })
    expect(await client.kernel('POST', 'interrupt')).toMatchObject({ state: 'dead' })
    expect(await client.kernel('POST')).toMatchObject({ state: 'dead' })
    expect(await client.kernel('POST', 'restart')).toMatchObject({ state: 'idle', generation: 5, execution_count: 0 })
    process.kill(await pidOf(client), 'SIGKILL')
    await settled(client, 'idle', 6)
    expect(client.broken).toEqual([])
  })

  it('is forgiven when the kernel has lived for ten seconds', async () => {
    let ms = 0
    await using client = await withKernel({ nowMs: () => ms })
    for (let generation = 2; generation < 8; generation += 1) {
      ms += 10_000
      process.kill(await pidOf(client), 'SIGKILL')
      await settled(client, 'idle', generation)
    }
  })

  it('by its own code is told with its exit', async () => {
    await using client = await withKernel()
    const [, , complete] = (await (await client.cells(['exits-hard'])).all()).filter(({ type }) => type !== 'start')
    expect(resultIn(complete)).toMatchObject({ status: 'lost', exit: { reason: 'kernel_died', code: 9, signal: null } })
  })

  it('goes unnoticed where a fault says so, which has then fired', async () => {
    const blind = fault({ id: 'test.blind', says: 'Sees no death.', execution: ['noticesDeath'] })
    await using client = await withKernel({ faults: [blind] })
    const pid = await pidOf(client)
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => client.mock.hits.get('test.blind')).toBe(1)
    expect(await client.kernel('GET')).toMatchObject({ state: 'idle', generation: 1 })
  })
})

describe('when the mock closes', () => {
  it('every process is gone', async () => {
    const client = await withKernel()
    const pid = await pidOf(client)
    const run = await client.run('prints-its-pid-and-waits')
    const worker = Number((await run.next('run_output'))['text'])
    expect([isAlive(pid), isAlive(worker)]).toEqual([true, true])
    const ended = run.all().catch(() => undefined)
    await client.mock.close()
    await ended
    expect([isAlive(pid), isAlive(worker)]).toEqual([false, false])
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
