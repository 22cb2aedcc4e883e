import { describe, expect, it } from 'vitest'
import type { BodyRule } from '../core/operation.ts'
import { cellsToldApart, expertIsNamed, limitsWithinMaxima } from './body-rules.ts'

const capabilities = { limits: { wall_ms: { max: 100, default: 10, enforcement: 'watchdog' } } }

describe.each<[BodyRule, body: unknown, pointers: string[]]>([
  [expertIsNamed, { lane: 'user' }, []],
  [expertIsNamed, { lane: 'expert', expert_id: 'e' }, []],
  [expertIsNamed, { lane: 'expert' }, ['#/expert_id']],
  [limitsWithinMaxima, {}, []],
  [limitsWithinMaxima, { limits: { wall_ms: 100 } }, []],
  [limitsWithinMaxima, { limits: { wall_ms: 101 } }, ['#/limits/wall_ms']],
  [limitsWithinMaxima, { limits: { cpu_ms: 10 ** 9 } }, []],
  [cellsToldApart, { cells: [] }, []],
  [cellsToldApart, { cells: [{ cell_id: 'a' }, { cell_id: 'b' }] }, []],
  [
    cellsToldApart,
    { cells: ['a', 'b', 'a', 'a'].map((cell_id) => ({ cell_id })) },
    ['#/cells/2/cell_id', '#/cells/3/cell_id'],
  ],
])('%o', (rule, body, pointers) => {
  it(`finds ${pointers.join(', ') || 'nothing'} in ${JSON.stringify(body)}`, () => {
    expect(rule.broken(body, capabilities).map(({ pointer }) => pointer)).toEqual(pointers)
  })
})
