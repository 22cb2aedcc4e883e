import { describe, expect, test } from 'vitest'
import { createByteTail } from './byte-tail.ts'

describe('createByteTail', () => {
  test('keeps everything within its bound', () => {
    const tail = createByteTail(10)
    tail.push(Buffer.from('abc'))
    tail.push(Buffer.from('def'))
    expect(tail.read()).toEqual({ text: 'abcdef', totalBytes: 6 })
  })

  test('keeps the end and counts all', () => {
    const tail = createByteTail(4)
    for (let i = 0; i < 1_000; i++) tail.push(Buffer.from(`${i % 10}`))
    tail.push(Buffer.from('xyz'))
    expect(tail.read()).toEqual({ text: '9xyz', totalBytes: 1_003 })
  })

  test('begins with a whole character', () => {
    const tail = createByteTail(5)
    tail.push(Buffer.from('x😀ab'))
    expect(tail.read().text).toBe('ab')
  })
})
