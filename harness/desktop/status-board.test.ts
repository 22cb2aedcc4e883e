import { expect, test } from 'vitest'
import { createStatusBoard } from './status-board.ts'

test('a change that a listener causes is told after the one that it heard, to everybody', () => {
  const board = createStatusBoard(() => 0)
  const heard: string[] = []
  board.onChange(({ state }) => {
    if (state === 'started') board.change('stopped')
    heard.push(`first: ${state}`)
  })
  board.onChange(({ previous, state }) => heard.push(`second: ${previous} → ${state}`))
  board.change('started')
  expect(heard).toEqual(['first: started', 'second: stopped → started', 'first: stopped', 'second: started → stopped'])
})

test('the same state is told once, and leaving the graph is a defect', () => {
  const board = createStatusBoard(() => 0)
  const heard: string[] = []
  board.onChange(({ state }) => heard.push(state))
  board.change('started')
  board.change('started', { pid: 1 })
  expect(heard).toEqual(['started'])
  expect(board.read().pid).toBe(1)
  expect(() => board.change('unhealthy')).toThrow('Expected one of healthy, restarting')
})

test('a status told once does not change afterwards, and tells how long it takes to the next start', () => {
  let nowMs = 0
  const board = createStatusBoard(() => nowMs)
  board.change('restarting', { nextStartAtMs: 1_000 })
  const before = board.read()
  nowMs = 400
  board.note({ restartCount: 3 })
  expect([before.nextStartInMs, before.restartCount]).toEqual([1_000, 0])
  expect([board.read().nextStartInMs, board.read().restartCount]).toEqual([600, 3])
})
