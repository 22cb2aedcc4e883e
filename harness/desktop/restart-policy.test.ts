import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contractRestartRules, createRestartPolicy } from './restart-policy.ts'

const never = { ...contractRestartRules, restartsUntilOpen: Number.POSITIVE_INFINITY }

function waits(rules: typeof contractRestartRules, random: () => number, count: number): number[] {
  const policy = createRestartPolicy(rules, random)
  return Array.from({ length: count }, () => {
    const { waitMs } = policy.next()
    policy.noteRestart()
    return waitMs
  })
}

describe('createRestartPolicy', () => {
  test('doubles the wait up to a minute', () => {
    expect(waits(never, () => 0.5, 9)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000))
  })

  test('stays within a fifth of it, and never waits longer than a minute', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        for (const [n, waitMs] of waits(never, () => random, 12).entries()) {
          const nominalMs = Math.min(1_000 * 2 ** n, 60_000)
          expect(waitMs).toBeGreaterThanOrEqual(nominalMs * 0.8)
          expect(waitMs).toBeLessThanOrEqual(Math.min(nominalMs * 1.2, 60_000))
        }
      }),
    )
  })

  test('does not overflow after many restarts', () => {
    expect(waits(never, () => 0, 2_000).at(-1)).toBe(48_000)
  })

  test('opens after five restarts; a healthy trial closes it without clearing the count', () => {
    const policy = createRestartPolicy(contractRestartRules, () => 0.5)
    for (let restarts = 0; restarts < 5; restarts++) {
      expect(policy.next().kind).toBe('restart')
      policy.noteRestart()
    }
    expect(policy.isOpen).toBe(false)
    expect(policy.next()).toEqual({ kind: 'trial', waitMs: 60_000 })
    expect(policy.isOpen).toBe(true)
    policy.noteRestart()
    policy.noteHealthy(0)
    expect([policy.isOpen, policy.restartCount]).toEqual([false, 6])
    expect(policy.next().kind).toBe('trial')
    policy.noteHealthy(600_000)
    expect([policy.isOpen, policy.restartCount]).toEqual([false, 0])
    expect(policy.next()).toEqual({ kind: 'restart', waitMs: 1_000 })
  })
})
