import { describe, expect, it } from 'vitest'
import { Verdict } from '../harness/verdict.ts'
import { control, expectSame, expectThat } from './expect.ts'

describe('expectThat', () => {
  it('says nothing where it holds', () => {
    expect(() => expectThat(true, 'this', 'that')).not.toThrow()
  })

  it('fails with what was expected, what came, and where', () => {
    expect(factsOf(() => expectThat(false, 'this', 'that'))).toEqual({ expected: 'this', received: 'that' })
    const facts = { expected: 'this', received: 'that', at: 'exchange 1' }
    expect(factsOf(() => expectThat(false, 'this', 'that', 'exchange 1'))).toEqual(facts)
  })
})

describe('expectSame', () => {
  it.each([
    ['numbers', 1, 1],
    ['nothing', undefined, undefined],
    ['lists', [1, { a: 2 }], [1, { a: 2 }]],
    ['members in another order', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
  ])('takes the same %s for the same', (_, received, expected) => {
    expect(() => expectSame(received, expected, 'it gives')).not.toThrow()
  })

  it.each([
    ['a number and its text', 1, '1', 'it gives "1"', '1'],
    ['nothing and null', undefined, null, 'it gives null', 'nothing'],
    ['lists in another order', [2, 1], [1, 2], 'it gives [1,2]', '[2,1]'],
    ['an object and a list', { 0: 'a' }, ['a'], 'it gives ["a"]', '{"0":"a"}'],
    ['one member more', { a: 1, b: 2 }, { a: 1 }, 'it gives {"a":1}', '{"a":1,"b":2}'],
  ])('tells %s apart', (_, received, expected, says, came) => {
    expect(factsOf(() => expectSame(received, expected, 'it gives', 'here'))).toEqual({
      expected: says,
      received: came,
      at: 'here',
    })
  })

  it('shows the beginning and the end of what is long', () => {
    const { received } = factsOf(() => expectSame('x'.repeat(1_000), 'y', 'it gives')) ?? {}
    expect(received).toMatch(/^"x{199}…x{79}" \(1002 characters\)$/)
  })
})

describe('control', () => {
  it('gives what its step gives', async () => {
    expect(await control(async () => 'all is well')).toBe('all is well')
  })

  it('marks a verdict, so that nobody takes it for a broken rule', async () => {
    const step = control(async () => expectThat(false, 'this', 'that', 'here'))
    const thrown = await step.catch((error: unknown) => error)
    expect((thrown as Verdict).facts).toEqual({ expected: 'this', received: 'that', at: 'here', control: true })
  })

  it('lets an accident through as it is', async () => {
    const accident = new TypeError('a slip of ours')
    await expect(control(() => Promise.reject(accident))).rejects.toBe(accident)
  })
})

/** The facts of the verdict that `step` throws. */
function factsOf(step: () => void): Verdict['facts'] | undefined {
  try {
    step()
  } catch (error) {
    if (error instanceof Verdict) return error.facts
    throw error
  }
  return undefined
}
