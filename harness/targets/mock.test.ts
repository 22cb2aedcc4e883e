import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { mockTarget } from './mock.ts'

it('is this Node with the program of the mock', () => {
  const { args, describes, file } = mockTarget()
  expect(file).toBe(process.execPath)
  expect(existsSync(args[0] ?? '')).toBe(true)
  expect(describes).toBe('the embedded mock')
})

it('hands on faults, scenario and seed, and says which faults', () => {
  const { args, describes } = mockTarget({ faults: ['turn.ends-twice', 'errors.with-200'], scenario: 'slow', seed: 0 })
  const own = args.slice(1).join(' ')
  expect(own).toMatch(/^--fault turn\.ends-twice --fault errors\.with-200 --scenario slow --seed 0( |$)/)
  expect(describes).toBe('the embedded mock with the fault turn.ends-twice with the fault errors.with-200')
})
