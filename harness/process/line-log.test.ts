import { describe, expect, test } from 'vitest'
import { createLineLog } from './line-log.ts'

const say = (text: string) => Buffer.from(text)

describe('createLineLog', () => {
  test('serves lines that came before the wait and lines that come after it, in order', async () => {
    const log = createLineLog(1_000)
    log.push(say('one\n'))
    expect((await log.next())?.text).toBe('one')
    const waits = [log.next(), log.next()]
    log.push(say('two\nthree\n'))
    expect((await Promise.all(waits)).map((line) => line?.text)).toEqual(['two', 'three'])
  })

  test('ends every wait with null when the stream ends, after a last unfinished line', async () => {
    const log = createLineLog(1_000)
    const waits = [log.next(), log.next()]
    log.push(say('half'))
    log.end()
    expect((await Promise.all(waits)).map((line) => line?.text)).toEqual(['half', undefined])
    expect(await log.next()).toBeNull()
  })

  test('an aborted wait takes no line', async () => {
    const log = createLineLog(1_000)
    const giveUp = new AbortController()
    const abandoned = log.next(giveUp.signal)
    const patient = log.next()
    giveUp.abort(new Error('enough'))
    await expect(abandoned).rejects.toThrow('enough')
    log.push(say('one\n'))
    expect((await patient)?.text).toBe('one')
  })

  test('forgets the oldest lines beyond its bound and goes on with the oldest that is left', async () => {
    const log = createLineLog(10)
    log.push(say('aaaa\nbbbb\ncccc\n'))
    expect(log.lines.map(({ text }) => text)).toEqual(['bbbb', 'cccc'])
    expect((await log.next())?.text).toBe('bbbb')
    log.push(say('dddd\n'))
    expect((await log.next())?.text).toBe('cccc')
  })

  test('bears a flood of empty lines', () => {
    const log = createLineLog(10)
    log.push(Buffer.alloc(50_000, '\n'))
    expect(log.lines).toHaveLength(10_000)
  })
})
