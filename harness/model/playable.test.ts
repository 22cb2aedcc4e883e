import { expect, test } from 'vitest'
import { playable } from './playable.ts'
import { callTool, disconnect, fail, finish, pause, type Reply, say } from './script.ts'

test('a single reply stands for a script, a script for itself', () => {
  expect(playable([say('a')])).toEqual([[say('a')]])
  expect(playable([[say('a')], []])).toEqual([[say('a')], []])
})

test('scripts survive JSON: they are plain data', () => {
  const script = [
    [say('a'), callTool('t', { x: 1 }, { id: 'c' }), finish()],
    [fail(503, { why: 1 }, { 'retry-after': '1' })],
  ]
  expect(JSON.parse(JSON.stringify(script))).toEqual(script)
})

test('an empty script is refused', () => {
  expect(() => playable([])).toThrow('at least one reply')
})

test.each<[string, Reply]>([
  ['disconnect to be the reply', [disconnect(), say('never')]],
  ['from 400 to 599, received 200', [fail(200)]],
  ['Invalid character in header', [fail(503, undefined, { 'retry-after': 'a\nb' })]],
  ['Header name must be a valid HTTP token', [fail(503, undefined, { 'a b': '' })]],
  ['tool arguments in JSON', [callTool('t', undefined)]],
  ['circular', [callTool('t', circular())]],
  ['fragments of at least 1, received 0', [callTool('t', {}, { fragments: 0 })]],
  ['milliseconds of at least 0, received NaN', [pause(Number.NaN)]],
])('what could not be played is refused: %s', (message, reply) => {
  expect(() => playable([reply])).toThrow(message)
})

function circular(): object {
  const self: { self?: object } = {}
  self.self = self
  return self
}
