import { expect, it } from 'vitest'
import { ownEndOf } from '../execution/outcomes.ts'
import { inShort, testClient } from '../execution/test-client.ts'
import { loadScenarios } from './load-scenario.ts'

const scenarios = [...(await loadScenarios()).values()]
const limits = { wall_ms: 100, cpu_ms: 100 }

it.each(scenarios.map(({ execution, name }) => [name, execution] as const))(
  '%s keeps the contract in runs and in cells',
  async (scenario, execution) => {
    await using client = await testClient({ scenario })
    await client.kernel('POST')
    const run = await (await client.run('any code', { limits })).all()
    const batch = await (await client.cells(['any code', 'any code'], { limits })).all()
    expect([inShort(run).at(-1), inShort(batch).at(-1)]).toEqual(['complete', 'complete'])
    // One that lasts longer than these limits allow ends at them.
    if (execution !== undefined && execution.durationMs === undefined) {
      const { reason, status } = ownEndOf(execution, 'run')
      expect(inShort(run)).toContain(`${status}/${reason}`)
    }
    expect(client.broken).toEqual([])
  },
)
