import { describe, expect, it } from 'vitest'
import { generateStream } from '../core/generate-stream.ts'
import { seeded } from '../core/random.ts'
import { normaliseEvent } from './normalise.ts'
import { turnEvents, turnGrammar } from './turn.ts'

it.each([
  ['start', { type: 'start' }],
  ['companion_chunk', { type: 'companion_chunk' }],
  ['companion_complete', { type: 'companion_complete' }],
  ['consultation_start', { type: 'expert_consultation', phase: 'start' }],
  ['consultation_complete', { type: 'expert_consultation', phase: 'complete' }],
  ['consultation_error', { type: 'expert_consultation', phase: 'error' }],
  ['complete', { type: 'done' }],
  ['error', { type: 'error' }],
])('gives %s the name that the desktop knows, and keeps its other members', (type, expected) => {
  const members = { seq: 1, turn_id: 't', more: [1] }
  expect(normaliseEvent({ type, ...members })).toEqual({ ...members, ...expected })
})

it('knows every event of a turn', () => {
  expect(Object.keys(turnEvents)).toHaveLength(8)
})

it.each(['note', 'constructor', 'done'])('lets the unknown %s pass as it is', (type) => {
  const event = { type, phase: 'theirs' }
  expect(normaliseEvent(event)).toBe(event)
})

describe('a whole turn', () => {
  it('keeps its order, its length and its events, which are not touched', () => {
    const events = generateStream(turnGrammar, seeded(3), { size: 30 })
    const before = structuredClone(events)
    const normalised = events.map(normaliseEvent)
    expect(normalised.map((event) => event['seq'])).toEqual(events.map((event) => event['seq']))
    expect(normalised.at(-1)?.type).toBe('done')
    expect(events).toEqual(before)
  })
})
