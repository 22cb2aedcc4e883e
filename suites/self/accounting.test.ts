// Expected against emitted: each rule of the judge has one check to speak for it, and a run with a hole does not count.
import { describe, expect, it } from 'vitest'
import type { Operation } from '../../contracts/core/operation.ts'
import { sessionContract } from '../../contracts/session/contract.ts'
import { type JudgeRule, judgeRules } from '../../harness/client/wire-rules.ts'
import { mockTarget } from '../../harness/targets/mock.ts'
import { closeAccount } from '../account.ts'
import { type KnownCheck, loadChecks } from '../load-checks.ts'
import { owns } from '../run-check.ts'
import { runChecks } from '../run-checks.ts'

const checks = await loadChecks('session')

describe('every rule that an exchange can break has exactly one check that speaks for it', () => {
  const operations: readonly (Operation | undefined)[] = [...Object.values(sessionContract.operations), undefined]
  const cases = operations.flatMap((operation) => {
    const on = operation?.id ?? 'unknown-route'
    return judgeRules
      .filter((rule) => canBreak(rule, operation))
      .flatMap((rule) =>
        lawsOf(rule, operation).map((law) => ({ what: `${rule} ${law ?? ''} on ${on}`, on, rule, law })),
      )
  })
  it.each(cases)('$what', ({ law, on, rule }) => {
    const operation = on === 'unknown-route' ? undefined : on
    const seen = { rule, expected: '', received: '', at: '', ...(law === undefined ? {} : { law }) }
    const speakers = checks.filter((check) => (check.owns ?? []).some((owned) => owns(owned, seen, operation)))
    expect(speakers.map(({ id }) => id)).toHaveLength(1)
  })

  it('looks at every rule', () => {
    expect([...new Set(cases.map(({ rule }) => rule))].sort()).toEqual([...judgeRules].sort())
  })
})

describe('a run', () => {
  const known = (id: string): KnownCheck => ({ ...(checks[0] as KnownCheck), id })

  it('emits each selected check once, and a check that vanished is a hole', async () => {
    const selected = ['session.health', 'session.ready']
    const provided = { target: mockTarget(), selected, timeScale: 1, atOnce: { shared: 2, own: 1 } }
    const { accidents, results } = await runChecks(provided, () => undefined)
    const chosen = checks.filter(({ id }) => selected.includes(id))
    expect(results.map(({ id }) => id).sort()).toEqual(selected)
    expect(closeAccount(checks, chosen, results, accidents).invalid).toEqual([])
    expect(closeAccount(checks, [...chosen, known('session.gone')], results, accidents).invalid).toEqual([
      'session.gone was selected and did not run',
    ])
  })

  it('of nothing does not count', async () => {
    const provided = { target: mockTarget(), selected: [], timeScale: 1, atOnce: { shared: 2, own: 1 } }
    const { accidents, results } = await runChecks(provided, () => undefined)
    expect(closeAccount(checks, [], results, accidents).invalid).toContain('no check was selected')
  })
})

/** What the answers of an operation can break; `undefined` stands for a route that nobody has. */
function canBreak(rule: JudgeRule, operation: Operation | undefined): boolean {
  if (rule.startsWith('problem.') || ['answer.status', 'answer.json', 'answer.missing', 'json.numbers'].includes(rule))
    return true
  const kind = operation?.output.kind
  if (rule === 'answer.empty') return kind === 'empty'
  if (rule.startsWith('answer.')) return kind === 'json'
  return kind === 'stream'
}

function lawsOf(rule: JudgeRule, operation: Operation | undefined): readonly (string | undefined)[] {
  if (rule !== 'stream.law' || operation?.output.kind !== 'stream') return [undefined]
  return operation.output.grammar.laws.map(({ id }) => id)
}
