// A fault turns red exactly the checks that name it, and no other: whoever reads a report finds the cause, not its echoes.
// A check that could not judge at all, since its positive control failed, is no echo: it says so itself.
import { describe, expect, it } from 'vitest'
import type { Operation } from '../../contracts/core/operation.ts'
import { sessionContract } from '../../contracts/session/contract.ts'
import { streamMessage } from '../../contracts/session/operations.ts'
import type { Fault } from '../../mock-sidecar/faults/fault.ts'
import { loadFaults } from '../../mock-sidecar/faults/load-faults.ts'
import { closeAccount } from '../account.ts'
import { limiter } from '../limiter.ts'
import { type KnownCheck, loadChecks } from '../load-checks.ts'
import { type CheckResult, runCheck } from '../run-check.ts'
import { echoes } from './echoes.ts'
import { type Bench, inProcessBench } from './in-process.ts'

const checks = await loadChecks('session')
const shared = checks.filter(({ scope }) => scope === 'shared')
/** One that lets streams wait for each other says nothing about checks that run side by side. */
const stalling = 'turn.one-stream-at-a-time'
const faults = [...(await loadFaults()).values()].filter(({ id, process }) => process === undefined && id !== stalling)

/** All of them take a quarter of an hour; each `npm test` shows those at every sixth place. */
const all = process.env['SIDECHECK_ALL'] !== undefined
const shown = faults.filter((_fault, place) => all || place % 6 === 0)
if (!all)
  process.stdout.write(
    `${faults.length - shown.length} of ${faults.length} faults left out; SIDECHECK_ALL=1 shows all\n`,
  )

const runsCode = new Set<string>(
  Object.values(sessionContract.operations)
    .filter((operation: Operation) => operation.capability !== undefined || operation.id === streamMessage.id)
    .map(({ id }) => id),
)

/** Every fault has a mock of its own. Most of what its checks do is waiting, but not all of it. */
const { take } = limiter(4)

/** What each check asks of a mock that keeps the contract: a fault of other operations is out of its reach. */
const asked = await operationsAsked()

describe.concurrent('a fault turns red exactly the checks that name it', () => {
  it.each(shown)(
    '$id',
    (fault) =>
      take(async () => {
        const { id } = fault
        await using bench = await inProcessBench([id], 3)
        const reached = shared.filter((check) => isReached(check, fault))
        const results = await runOn(bench, reached)
        const account = closeAccount(checks, reached, results, [])
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

function runOn({ run, sidecar }: Bench, some: readonly KnownCheck[]): Promise<CheckResult[]> {
  const turns = limiter(6)
  return Promise.all(some.map((check) => turns.take(() => runCheck(check, sidecar, run))))
}

async function operationsAsked(): Promise<ReadonlyMap<string, readonly string[]>> {
  await using bench = await inProcessBench([], 3)
  return new Map((await runOn(bench, shared)).map(({ asked = [], id }) => [id, asked]))
}

/** A fault without operations is everywhere; one of the guards of execution is wherever code may run, in turns as well. */
function isReached({ id }: KnownCheck, { execution, on }: Fault): boolean {
  const operations = asked.get(id) ?? []
  if (execution !== undefined) return operations.some((operation) => runsCode.has(operation))
  return on === undefined || operations.some((operation) => on.includes(operation))
}

function isRed({ control, status }: CheckResult): boolean {
  return status === 'error' || (status === 'failed' && control !== true)
}

function tell({ at, expected, id, reason, received }: CheckResult): string {
  return `${id}: expected ${expected ?? reason}; received ${received} (${at})`
}
