// A fault turns red exactly the checks that name it, and no other: whoever reads a report finds the cause, not its echoes.
// A check that could not judge at all, since its positive control failed, is no echo: it says so itself.
import { describe, expect, it } from 'vitest'
import { loadFaults } from '../../mock-sidecar/faults/load-faults.ts'
import { closeAccount } from '../account.ts'
import { limiter } from '../limiter.ts'
import { loadChecks } from '../load-checks.ts'
import { type CheckResult, runCheck } from '../run-check.ts'
import { echoes } from './echoes.ts'
import { inProcessBench } from './in-process.ts'

const checks = await loadChecks('session')
const shared = checks.filter(({ scope }) => scope === 'shared')
/** One that lets streams wait for each other says nothing about checks that run side by side. */
const stalling = 'turn.one-stream-at-a-time'
const faults = [...(await loadFaults()).values()].filter(({ id, process }) => process === undefined && id !== stalling)

/** Every fault has a mock of its own; the machine is not asked to run all of them at once. */
const { take } = limiter(2)

describe.concurrent('a fault turns red exactly the checks that name it', () => {
  it.each(faults)(
    '$id',
    ({ id }) =>
      take(async () => {
        await using bench = await inProcessBench([id], 3)
        const turns = limiter(6)
        const results = await Promise.all(
          shared.map((check) => turns.take(() => runCheck(check, bench.sidecar, bench.run))),
        )
        const account = closeAccount(checks, shared, results, [])
        expect(account.invalid).toEqual([])
        const expected = shared.filter(({ catches }) => catches.includes(id)).map((check) => check.id)
        const red = account.results.filter(isRed).map((result) => result.id)
        const unexpected = red.filter((check) => !expected.includes(check) && !(echoes[id] ?? []).includes(check))
        const why = account.results.filter(({ id }) => unexpected.includes(id)).map(tell)
        expect(unexpected, why.join('\n')).toEqual([])
        expect(expected.filter((check) => !red.includes(check))).toEqual([])
      }),
    600_000,
  )
})

it('an echo names a fault and checks that there are, and none that names the fault itself', () => {
  for (const [fault, ids] of Object.entries(echoes)) {
    expect(faults.map(({ id }) => id)).toContain(fault)
    for (const id of ids) expect(checks.find((check) => check.id === id)?.catches ?? [fault]).not.toContain(fault)
  }
})

function isRed({ control, status }: CheckResult): boolean {
  return status === 'error' || (status === 'failed' && control !== true)
}

function tell({ at, expected, id, reason, received }: CheckResult): string {
  return `${id}: expected ${expected ?? reason}; received ${received} (${at})`
}
