import { describe, expect, it } from 'vitest'
import { closeAccount } from './account.ts'
import type { KnownCheck } from './load-checks.ts'
import type { CheckResult, ForeignViolation } from './run-check.ts'

const speaks = known('speaks', { owns: [{ rules: ['stream.closed'], operation: 'session.message.stream' }] })
const law = known('law', { owns: [{ rules: ['stream.law'], law: 'this-law' }] })
const other = known('other')
const all = [speaks, law, other]

describe('a run counts', () => {
  it('when every selected check ended once', () => {
    const results = [passed('speaks'), passed('law'), passed('other')]
    expect(closeAccount(all, all, results, [])).toEqual({ results, invalid: [] })
  })

  it('whatever the checks found', () => {
    const results = [failed('speaks'), { ...passed('law'), status: 'error' as const }, passed('other')]
    expect(closeAccount(all, all, results, []).invalid).toEqual([])
  })
})

describe('a run does not count', () => {
  it.each([
    ['a selected check did not run', [passed('other')], [], ['speaks was selected and did not run']],
    ['a check ended twice', [passed('speaks'), passed('speaks'), passed('other')], [], ['speaks ended 2 times']],
    ['there was an accident', [passed('speaks'), passed('other')], ['it fell'], ['accident: it fell']],
    [
      'two things went wrong',
      [passed('other')],
      ['it fell'],
      ['speaks was selected and did not run', 'accident: it fell'],
    ],
  ])('when %s', (_, results, accidents, invalid) => {
    expect(closeAccount(all, [speaks, other], results, accidents).invalid).toEqual(invalid)
  })

  it('when no check was selected', () => {
    expect(closeAccount(all, [], [], []).invalid).toEqual(['no check was selected'])
  })

  it('when the sidecar did not start', () => {
    const results = ['speaks', 'other'].map((id) => ({
      ...failed(id),
      received: 'nothing on stdout',
      notStarted: true,
    }))
    expect(closeAccount(all, [speaks, other], results, []).invalid).toEqual([
      'the sidecar did not start: nothing on stdout',
    ])
  })

  it('when a violation belongs to nobody, which is said once', () => {
    const homeless = violation({ operation: 'session.end' })
    const { invalid, results } = closeAccount(
      all,
      all,
      [passed('speaks', homeless, homeless), passed('law'), passed('other')],
      [],
    )
    expect(invalid).toEqual([
      'stream.closed on session.end belongs to no check: expected closed; received open (exchange 3)',
    ])
    expect(results.every(({ status }) => status === 'passed')).toBe(true)
  })
})

describe('a violation that was seen in passing', () => {
  it('turns the check red that speaks for it, though it had passed', () => {
    const results = [passed('speaks'), passed('law'), passed('other', violation())]
    expect(byId(closeAccount(all, all, results, []), 'speaks')).toEqual({
      ...passed('speaks'),
      status: 'failed',
      reason: 'MUST be speaks',
      expected: 'closed',
      received: 'open',
      at: 'exchange 3, seen by other',
    })
  })

  it('leaves the check that saw it as it was', () => {
    const results = [passed('speaks'), passed('law'), passed('other', violation())]
    expect(byId(closeAccount(all, all, results, []), 'other')?.status).toBe('passed')
  })

  it('reaches a check that was not selected', () => {
    const { invalid, results } = closeAccount(all, [other], [passed('other', violation())], [])
    expect(results.map(({ id, status }) => [id, status])).toEqual([
      ['other', 'passed'],
      ['speaks', 'failed'],
    ])
    expect(invalid).toEqual([])
  })

  it('does not hide what the check found itself', () => {
    const own = { ...failed('speaks'), received: 'its own' }
    expect(byId(closeAccount(all, all, [own, passed('other', violation())], []), 'speaks')).toEqual(own)
  })

  it.each([
    ['could not judge for want of a control', { ...failed('speaks'), control: true }],
    ['could not be tested', { ...passed('speaks'), status: 'error' as const }],
    ['was skipped', { ...passed('speaks'), status: 'skipped' as const }],
  ])('says more than a check that %s', (_, before) => {
    const after = byId(closeAccount(all, all, [before, passed('other', violation())], []), 'speaks')
    expect(after).toMatchObject({ status: 'failed', received: 'open' })
    expect(after?.control).toBeUndefined()
  })

  it('finds its check by its law', () => {
    const seen = violation({ rule: 'stream.law', law: 'this-law' })
    expect(byId(closeAccount(all, all, [passed('other', seen)], []), 'law')?.status).toBe('failed')
    const unknown = violation({ rule: 'stream.law', law: 'another-law' })
    expect(closeAccount(all, [other], [passed('other', unknown)], []).invalid).toHaveLength(1)
  })

  it('finds its check where no operation has the route', () => {
    const open = known('open', { owns: [{ rules: ['answer.status'], operation: 'unknown-route' }] })
    const seen = violation({ rule: 'answer.status', operation: undefined })
    expect(byId(closeAccount([open], [open], [passed('x', seen)], []), 'open')?.status).toBe('failed')
  })
})

function known(id: string, more: Partial<KnownCheck> = {}): KnownCheck {
  const run = async () => undefined
  return { id, rule: `MUST be ${id}`, covers: [], catches: [], scope: 'shared', area: 'session', run, ...more }
}

function passed(id: string, ...foreign: ForeignViolation[]): CheckResult {
  return { id, status: 'passed', durationMs: 0, foreign }
}

function failed(id: string): CheckResult {
  return { id, status: 'failed', durationMs: 0, foreign: [] }
}

function violation(more: Partial<ForeignViolation> = {}): ForeignViolation {
  const operation = 'session.message.stream'
  return {
    rule: 'stream.closed',
    expected: 'closed',
    received: 'open',
    at: 'exchange 3',
    operation,
    seenBy: 'other',
    ...more,
  }
}

function byId({ results }: { results: readonly CheckResult[] }, id: string): CheckResult | undefined {
  return results.find((result) => result.id === id)
}
