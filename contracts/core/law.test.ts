import { describe, expect, it } from 'vitest'
import type { StreamEvent } from './grammar.ts'
import { agrees, joined, type Law } from './law.ts'

/** What a law finds in each of the events. */
function see(law: Law, events: readonly StreamEvent[]) {
  const watch = law.watch()
  return events.map((event) => watch.see(event))
}

describe('joined', () => {
  const law = joined('id', ['part', 'delta'], ['whole', 'text'])
  const parts = [
    { type: 'part', id: 'a', delta: 'Zü' },
    { type: 'part', id: 'b', delta: 'x' },
    { type: 'part', id: 'a', delta: 'rich' },
  ]

  it('takes the whole that is all parts of its key, joined', () => {
    const events = [...parts, { type: 'whole', id: 'a', text: 'Zürich' }, { type: 'whole', id: 'b', text: 'x' }]
    expect(see(law, events)).toEqual(events.map(() => undefined))
    expect(see(law, [{ type: 'whole', id: 'c', text: '' }])).toEqual([undefined])
  })

  it('names the first place that differs', () => {
    expect(see(law, [...parts, { type: 'whole', id: 'a', text: 'Zurich' }]).at(-1)).toEqual({
      expected: '6 characters, …"Zürich"… at 1',
      received: '6 characters, …"Zurich"… at 1',
    })
    expect(see(law, [...parts, { type: 'whole', id: 'a', text: 'Züri' }]).at(-1)).toEqual({
      expected: '6 characters, …"Zürich"… at 4',
      received: '4 characters, …"Züri"… at 4',
    })
  })

  it('does not say more than fits around a difference in a long text', () => {
    const long = 'x'.repeat(100_000)
    const [, found] = see(law, [
      { type: 'part', id: 'a', delta: long },
      { type: 'whole', id: 'a', text: `${long}y` },
    ])
    expect(found?.received).toBe(`100001 characters, …"${'x'.repeat(12)}y"… at 100000`)
  })

  it('watches each stream by itself', () => {
    see(law, parts)
    expect(see(law, [{ type: 'whole', id: 'a', text: '' }])).toEqual([undefined])
  })

  it('gives a generated whole its text', () => {
    const watch = law.watch()
    for (const event of parts) watch.see(event)
    expect(watch.mend?.({ type: 'whole', id: 'a', text: '?' })).toEqual({ text: 'Zürich' })
    expect(watch.mend?.({ type: 'part', id: 'a', delta: '?' })).toEqual({})
  })
})

describe('agrees', () => {
  const law = agrees('id', 'expert')

  it('takes one value for each key, and events without either', () => {
    const events = [
      { type: 'a', id: '1', expert: 'x' },
      { type: 'b', id: '2', expert: 'y' },
      { type: 'c', id: '1', expert: 'x' },
      { type: 'd', id: '1' },
      { type: 'e', expert: 'z' },
    ]
    expect(see(law, events)).toEqual(events.map(() => undefined))
  })

  it('says which value was expected', () => {
    expect(
      see(law, [
        { type: 'a', id: '1', expert: 'x' },
        { type: 'b', id: '1', expert: 'y' },
      ]),
    ).toEqual([undefined, { expected: 'expert "x"', received: '"y"' }])
  })

  it('gives a generated event the value of its key', () => {
    const watch = law.watch()
    expect(watch.mend?.({ type: 'a', id: '1', expert: 'y' })).toEqual({})
    watch.see({ type: 'a', id: '1', expert: 'x' })
    expect(watch.mend?.({ type: 'b', id: '1', expert: 'y' })).toEqual({ expert: 'x' })
  })
})
