import { expect, it } from 'vitest'
import type { Requirement } from '../contracts/core/requirement.ts'
import { uncovered } from './coverage.ts'

const row = (id: string, more: Partial<Requirement> = {}): Requirement => ({
  id,
  level: 'MUST',
  says: 'It holds.',
  breaks: 'it does not',
  contracts: ['session/1'],
  p0: true,
  ...more,
})

const ids = (rows: readonly Requirement[]) => rows.map(({ id }) => id)

it('gives the rows of the gate that no check covers, in their order', () => {
  const check = { rule: 'MUST hold', covers: ['AB-02'] } as const
  expect(ids(uncovered([check], [row('AB-03'), row('AB-02'), row('AB-01')]))).toEqual(['AB-03', 'AB-01'])
})

it('gives nothing where each is covered by one check or another', () => {
  const checks = [
    { rule: 'MUST hold', covers: ['AB-01'] },
    { rule: 'MUST NOT break', covers: ['AB-02', 'AB-01'] },
  ] as const
  expect(uncovered(checks, [row('AB-01'), row('AB-02')])).toEqual([])
})

it('leaves out rows that are excluded or not of the gate', () => {
  expect(uncovered([], [row('AB-01', { p0: false }), row('AB-02', { excluded: 'not in version 1' })])).toEqual([])
})

it('does not count a check that a sidecar may fail', () => {
  const check = { rule: 'SHOULD hold', covers: ['AB-01'] } as const
  expect(ids(uncovered([check], [row('AB-01')]))).toEqual(['AB-01'])
})
