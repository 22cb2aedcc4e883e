import { expect, it } from 'vitest'
import { priorityOf } from './priority.ts'

const rows = [
  { id: 'AB-01', p0: true },
  { id: 'AB-02', p0: false },
]

it.each([
  ['a MUST of the gate', 'MUST hold', ['AB-01'], 'P0'],
  ['a MUST NOT of the gate', 'MUST NOT break', ['AB-01'], 'P0'],
  ['a MUST of which one row is of the gate', 'MUST hold', ['AB-02', 'AB-01'], 'P0'],
  ['a MUST outside the gate', 'MUST hold', ['AB-02'], 'P1'],
  ['a SHOULD for a row of the gate', 'SHOULD hold', ['AB-01'], 'P1'],
  ['a row that nobody knows', 'MUST hold', ['AB-09'], 'P1'],
] as const)('%s', (_, rule, covers, priority) => {
  expect(priorityOf({ rule, covers }, rows)).toBe(priority)
})
