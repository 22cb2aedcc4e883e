// Sidecars that do nothing of what is asked keep no rule, those that do little keep few, and every run over them ends.
import { describe, expect, it } from 'vitest'
import { bounds } from '../../contracts/session/bounds.ts'
import { closeAccount } from '../account.ts'
import { loadChecks } from '../load-checks.ts'
import { runChecks } from '../run-checks.ts'
import { nullSidecar } from './null-sidecar.ts'
import { runAll } from './run-all.ts'

const checks = await loadChecks('session')
const selected = checks.map(({ id }) => id)
const short = { ...bounds, answerMs: 2_000, slowRequestMs: 3_000, streamEndMs: 1_000 }

/** What a sidecar that never works keeps: nothing, and the run does not count. */
describe.concurrent('a sidecar that does not become ready fails every check', () => {
  const names = ['never-ready', 'ready-and-gone', 'nothing-listens', 'same-problem', 'hangs', 'drips']
  it.each(names)('%s', async (name) => {
    const target = { ...nullSidecar(name), readyWithinMs: 15_000 }
    const provided = { target, selected, timeScale: 0.1, atOnce: { shared: 6, own: 2 } }
    const { accidents, results } = await runChecks(provided, () => undefined)
    const account = closeAccount(checks, checks, results, accidents)
    expect(account.results.map(({ id }) => id).sort()).toEqual(selected)
    expect(account.results.filter(({ status }) => status !== 'failed')).toEqual([])
    expect(account.invalid).toEqual([expect.stringContaining('the sidecar did not start')])
  })
})

/** What can be said of a process that does nothing but live. */
const onlyHealthy = [
  'session.crash.foreign-pid',
  'session.health',
  'session.process.healthy-without-its-model',
  'session.process.ready-line',
  'session.security.idle-connections',
  'session.security.loopback-only',
]

/** Each with the checks that it passes, rightly: everything else must be a failure, never an error of the harness. */
const readyButWorthless: readonly [flags: readonly string[], passes: readonly string[]][] = [
  [['empty-200'], []],
  [['echo'], []],
  [['same-object'], []],
  [['same-problem', '--healthy'], onlyHealthy],
]

/** All that needs no stream: these sidecars answer it rightly, and leave at `/shutdown` at once, which is allowed. */
const withoutStreams = [
  'session.contract.declares',
  'session.crash.foreign-pid',
  'session.end.idempotent',
  'session.errors.accepts-4-mib',
  'session.errors.always-answers',
  'session.errors.problem-object',
  'session.errors.registry',
  'session.errors.retry-after',
  'session.errors.same-status',
  'session.health',
  'session.new.opens',
  'session.new.unguessable-ids',
  'session.process.healthy-without-its-model',
  'session.process.leaves-no-trace',
  'session.process.ready-line',
  'session.ready',
  'session.security.hides-inner-workings',
  'session.security.idle-connections',
  'session.security.keeps-secrets',
  'session.security.loopback-only',
  'session.security.token-everywhere',
  'session.shutdown.refuses-new-work',
]

const wrongOnlyInStreams: readonly [flags: readonly string[], passes: readonly string[]][] = [
  [['hangs-mid-stream'], withoutStreams],
  [['only-keeps-alive'], withoutStreams],
  [['always-complete'], withoutStreams],
  [['chatters'], withoutStreams],
]

describe.concurrent('a sidecar that does little passes only what it does', () => {
  it.each([...readyButWorthless, ...wrongOnlyInStreams])('%j', async ([name = '', ...flags], passes) => {
    const results = [...(await runAll(nullSidecar(name, ...flags), { bounds: short })).values()]
    const ended = (status: string) => results.filter((result) => result.status === status)
    expect(results.map(({ id }) => id).sort()).toEqual(selected)
    expect(ended('error')).toEqual([])
    expect(ended('skipped')).toEqual([])
    expect(
      ended('passed')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(passes)
  })
})
