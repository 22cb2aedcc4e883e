import { expect, test } from 'vitest'
import { newIdentifiers } from './identifiers.ts'

const names = ['session_id', 'turn_id']

test('names what is known together, the newest first', () => {
  const identifiers = newIdentifiers()
  identifiers.learn({ session_id: 's1' })
  identifiers.learn({ session_id: 's1', turn_id: 't1' })
  identifiers.learn({ session_id: 's2', turn_id: 't2' })
  expect(identifiers.choose(names, { session_id: { known: 1 }, turn_id: { known: 1 } })).toEqual({
    session_id: { written: 's1', state: 'known' },
    turn_id: { written: 't1', state: 'known' },
  })
  expect(identifiers.choose(names, {})['turn_id']).toEqual({ written: 't2', state: 'known' })
})

test("does not take another's for known", () => {
  const identifiers = newIdentifiers()
  identifiers.learn({ session_id: 's1', turn_id: 't1' })
  identifiers.learn({ session_id: 's2', turn_id: 't2' })
  const { turn_id } = identifiers.choose(names, { session_id: { known: 0 }, turn_id: { known: 1 } })
  expect(turn_id).toEqual({ written: 't1', state: 'nothing' })
})

test('knows what has ended, and gives it only where that is asked for', () => {
  const identifiers = newIdentifiers()
  identifiers.learn({ session_id: 's1' })
  identifiers.learn({ session_id: 's2' })
  identifiers.end('s2')
  expect(identifiers.choose(['session_id'], { session_id: { known: 0 } })['session_id']?.written).toBe('s1')
  const ended = { written: 's2', state: 'ended' }
  expect(identifiers.choose(['session_id'], { session_id: { ended: 5 } })['session_id']).toEqual(ended)
  expect(identifiers.choose(['session_id'], { session_id: { written: 's2' } })['session_id']).toEqual(ended)
})

test('gives what nobody has where nothing is known, and keeps the newest only', () => {
  const forgotten: string[] = []
  const identifiers = newIdentifiers({ capacity: 2, onForgotten: (id) => forgotten.push(id) })
  expect(identifiers.choose(['session_id'], {})['session_id']?.state).toBe('nothing')
  for (const session_id of ['s1', 's2', 's3']) identifiers.learn({ session_id })
  expect(identifiers.choose(['session_id'], { session_id: { written: 's1' } })['session_id']?.state).toBe('nothing')
  expect(forgotten).toEqual(['s1'])
  identifiers.learn({ session_id: 's3', turn_id: 't3' })
  identifiers.learn({ session_id: 's3', turn_id: 't4' })
  expect(forgotten).toEqual(['s1', 's2'])
  identifiers.forget()
  expect(identifiers.choose(['session_id'], { session_id: { written: 's3' } })['session_id']?.state).toBe('nothing')
})
