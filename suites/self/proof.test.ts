// Every check passes against the mock, and every fault it names turns it red for the right reason, having fired.
import { describe, expect, it } from 'vitest'
import { startModelServer } from '../../harness/model/server.ts'
import { startSidecar } from '../../harness/sidecar.ts'
import { mockTarget } from '../../harness/targets/mock.ts'
import { Verdict } from '../../harness/verdict.ts'
import { loadFaults } from '../../mock-sidecar/faults/load-faults.ts'
import { type KnownCheck, loadChecks } from '../load-checks.ts'
import { type CheckResult, runCheck } from '../run-check.ts'
import { inProcessBench, startOptions } from './in-process.ts'

const checks = await loadChecks('session')
const faults = await loadFaults()

describe.concurrent('every check passes against the mock', () => {
  it.each(checks)('$id', async (check) => {
    const { result } = await prove(check, [])
    expect(result, JSON.stringify({ ...result, transcript: '' })).toMatchObject({ status: 'passed', foreign: [] })
  })
})

describe.concurrent('every check is turned red by the faults it names', () => {
  const pairs = checks.flatMap((check) => check.catches.map((fault) => ({ check, fault, id: check.id })))
  it.each(pairs)('$id catches $fault', async ({ check, fault }) => {
    expect(faults.has(fault), `a fault called ${fault}`).toBe(true)
    const { fired, result } = await prove(check, [fault])
    expect(result.status, JSON.stringify(result, null, 1)).toBe('failed')
    expect(fired, `${fault} fired`).toBe(true)
    const breaksStart = faults.get(fault)?.process !== undefined
    if (!breaksStart)
      expect(result.control, `red for the rule, not for want of a control: ${JSON.stringify(result)}`).not.toBe(true)
  })
})

it('every check names a fault, and every fault is named by a check', () => {
  expect(checks.filter(({ catches }) => catches.length === 0).map(({ id }) => id)).toEqual([])
  const named = new Set(checks.flatMap(({ catches }) => catches))
  expect([...faults.keys()].filter((id) => !named.has(id))).toEqual([])
})

/** Runs a check alone against a mock with these faults. */
async function prove(check: KnownCheck, faults: readonly string[]): Promise<{ result: CheckResult; fired: boolean }> {
  if (check.scope === 'own') return proveWithProcess(check, faults)
  await using bench = await inProcessBench(faults)
  const result = await runCheck(check, bench.sidecar, bench.run)
  return { result, fired: [...bench.mock.hits.values()].every((hits) => hits > 0) }
}

async function proveWithProcess(
  check: KnownCheck,
  faults: readonly string[],
): Promise<{ result: CheckResult; fired: boolean }> {
  await using model = await startModelServer()
  const target = { ...mockTarget({ faults }), readyWithinMs: 15_000 }
  const start = startOptions(model)
  const run = { contract: start.contract, target, model, patience: start.patience, start }
  try {
    await using sidecar = await startSidecar(target, { ...start, ...check.launch })
    const result = await runCheck(check, sidecar, run)
    await sidecar.stop()
    await sidecar.process?.outputEnded
    const stderr = sidecar.process?.stderrTail().text ?? ''
    const words = `${stderr}${result.stderr ?? ''}`
    return { result, fired: faults.every((fault) => words.includes(JSON.stringify({ fault, fired: true }))) }
  } catch (error) {
    if (!(error instanceof Verdict)) throw error
    const result: CheckResult = { id: check.id, status: 'failed', durationMs: 0, foreign: [], ...error.facts }
    return { result, fired: true }
  }
}
