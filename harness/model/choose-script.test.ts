import { expect, test } from 'vitest'
import { chooseScript, defaultReply, lastUserText, newMarker } from './choose-script.ts'

const [one, two] = [newMarker(), newMarker()]
const scripts = new Map([
  [one, 'one'],
  [two, 'two'],
])
const user = (content: unknown) => ({ role: 'user', content })

test('markers are never the same', () => {
  expect(one).not.toBe(two)
})

test('the last user message chooses, not the history and not what follows it', () => {
  const history = [user(`first ${one}`), { role: 'assistant', content: two }]
  expect(chooseScript(scripts, [...history, user('no marker')])).toBeUndefined()
  expect(chooseScript(scripts, [...history, user(`${two} next`), { role: 'tool', content: one }])).toBe('two')
})

test('content may be a list of parts, of which only some are text', () => {
  const parts = [
    { type: 'text', text: 'look' },
    { type: 'image_url', image_url: { url: 'data:,' } },
    null,
    { text: one },
  ]
  expect(chooseScript(scripts, [user(parts)])).toBe('one')
})

test('of several markers the last known one counts', () => {
  expect(chooseScript(scripts, [user(`${one} then ${two} then ${newMarker()}`)])).toBe('two')
})

test.each([[[]], [[null, 'text', 7]], [[{ role: 'user' }]], [[user(null)]], [[user({})]]])(
  '%j has no user text',
  (messages) => {
    expect(lastUserText(messages)).toBe('')
    expect(chooseScript(scripts, messages)).toBeUndefined()
  },
)

test('the default reply is short, the same each time, and cuts no character', () => {
  const reply = defaultReply([user('😀'.repeat(500))])
  expect(reply).toEqual(defaultReply([user('😀'.repeat(500))]))
  expect(reply).toEqual([{ step: 'say', texts: ['No script answers this question: ', '😀'.repeat(60)] }])
})
