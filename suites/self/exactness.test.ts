// A fault turns red exactly the checks that name it, and no other: whoever reads a report finds the cause, not its echoes.
import { describe, expect, it } from 'vitest'
import { loadFaults } from '../../mock-sidecar/faults/load-faults.ts'
import { closeAccount } from '../account.ts'
import { loadChecks } from '../load-checks.ts'
import { runCheck } from '../run-check.ts'
import { inProcessBench } from './in-process.ts'
import { redOf } from './run-all.ts'

const checks = await loadChecks('session')
const shared = checks.filter(({ scope }) => scope === 'shared')
const faults = [...(await loadFaults()).values()].filter(({ process }) => process === undefined)

describe.concurrent('a fault turns red exactly the checks that name it', () => {
  it.each(faults)('$id', async ({ id }) => {
    await using bench = await inProcessBench([id])
    const results = await Promise.all(shared.map((check) => runCheck(check, bench.sidecar, bench.run)))
    const account = closeAccount(checks, shared, results, [])
    expect(account.invalid).toEqual([])
    const named = shared.filter(({ catches }) => catches.includes(id)).map((check) => check.id)
    const byId = new Map(account.results.map((result) => [result.id, result]))
    const red = redOf(byId)
    const why = red
      .filter((id) => !named.includes(id))
      .map((id) => JSON.stringify({ ...byId.get(id), transcript: '', stderr: '' }))
    expect(red, why.join('\n')).toEqual(named.sort())
  })
})
