import { expect, test } from 'vitest'
import { gate } from './gate.ts'

const never = new AbortController().signal

test('a release lets exactly one through, also one that comes later', async () => {
  const door = gate()
  const through: string[] = []
  const early = door.pass(never).then(() => through.push('early'))
  const late = door.pass(never).then(() => through.push('late'))
  door.release()
  await early
  expect(through).toEqual(['early'])
  door.release()
  await late
  door.release()
  await door.pass(never)
})

test('one that gives up uses no release', async () => {
  const door = gate()
  const leaver = new AbortController()
  const left = door.pass(leaver.signal)
  leaver.abort()
  await expect(left).rejects.toThrow()
  door.release()
  await door.pass(never)
})
