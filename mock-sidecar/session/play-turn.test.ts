import { expect, it } from 'vitest'
import { playTurn } from './play-turn.ts'
import type { Experts, Step } from './story.ts'

type Event = { readonly type: string } & Readonly<Record<string, unknown>>

async function* steps(told: readonly Step[]): AsyncIterable<Step> {
  yield* told
}

const noExperts: Experts = {
  ids: [],
  tools: [],
  keeps: () => true,
  run: () => Promise.reject(new Error('no expert is asked')),
}

/** Plays a story of these steps; `onEvent` sees each event as it is sent. */
async function play(told: readonly Step[], onEvent: (event: Event, cancel: () => void) => void = () => undefined) {
  const controller = new AbortController()
  const events: Event[] = []
  const finished: string[] = []
  const context = {
    history: [],
    experts: noExperts,
    message: 'Hello',
    story: () => steps(told),
    cancelled: controller.signal,
    newId: (kind: string) => `${kind}-1`,
    onFinished: (text: string) => finished.push(text),
  }
  await playTurn(context, (type, members) => {
    const event = { type, ...members }
    events.push(event)
    onEvent(event, () => controller.abort('user'))
    return undefined
  })
  return { events, finished, said: events.filter(({ type }) => type === 'companion_chunk').map(({ delta }) => delta) }
}

it('says each text of a list as a chunk of its own, in one message with what is said around it', async () => {
  const { events, finished, said } = await play([
    { kind: 'say', text: 'One, ' },
    { kind: 'say', text: ['two, ', 'three, '] },
    { kind: 'say', text: [] },
    { kind: 'say', text: 'four.' },
    { kind: 'finish', reason: 'stop' },
  ])
  expect(said).toEqual(['One, ', 'two, ', 'three, ', 'four.'])
  expect(finished).toEqual(['One, two, three, four.'])
  expect(events.slice(-2)).toEqual([
    { type: 'companion_complete', message_id: 'msg-1', text: 'One, two, three, four.' },
    { type: 'complete', finish_reason: 'stop' },
  ])
})

it('stops within a list when it is cancelled there', async () => {
  const { events, finished, said } = await play(
    [
      { kind: 'say', text: ['one', 'two', 'three'] },
      { kind: 'finish', reason: 'stop' },
    ],
    ({ delta }, cancel) => delta === 'two' && cancel(),
  )
  expect(said).toEqual(['one', 'two'])
  expect(finished).toEqual([])
  expect(events.at(-1)).toMatchObject({ type: 'error', error: { code: 'CANCELLED', context: { reason: 'user' } } })
})

it('sends `start` while the story is still being loaded', async () => {
  const loaded = Promise.withResolvers<AsyncIterable<Step>>()
  const types: string[] = []
  const played = playTurn(
    {
      history: [],
      experts: noExperts,
      message: 'Hello',
      story: () => loaded.promise,
      cancelled: new AbortController().signal,
      newId: (kind) => `${kind}-1`,
      onFinished: () => undefined,
    },
    (type) => {
      types.push(type)
      return undefined
    },
  )
  expect(types).toEqual(['start'])
  loaded.resolve(steps([{ kind: 'finish', reason: 'stop' }]))
  await played
  expect(types).toEqual(['start', 'complete'])
})

it.each([
  ['complete', { kind: 'finish', reason: 'length' } as const, []],
  ['error', { kind: 'fail', problem: { code: 'UPSTREAM_FAILED' } } as unknown as Step, []],
])('ends with `%s`, and tells nothing of the story beyond', async (ending, step, said) => {
  const played = await play([step, { kind: 'say', text: 'too late' }])
  expect(played.events.map(({ type }) => type)).toEqual(['start', ending])
  expect(played.said).toEqual(said)
})
