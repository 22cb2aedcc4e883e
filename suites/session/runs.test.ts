// What a program states is compared with what was kept of its output, byte by byte, whether it was truncated or not.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { program } from '../../fixtures/programs/programs.ts'
import { Verdict } from '../../harness/verdict.ts'
import { expectPrinted, mayAsk } from './runs.ts'

type Stated = Parameters<typeof expectPrinted>[1]

function fits(captured: Partial<Parameters<typeof expectPrinted>[0]>, stated: Stated): boolean {
  try {
    const whole = { head: '', tail: '', bytes_total: 0, truncated: false, invalid_utf8: false, ...captured }
    expectPrinted(whole, stated, 'here')
    return true
  } catch (error) {
    if (error instanceof Verdict) return false
    throw error
  }
}

const asWhole = (text: string) => ({ head: text, bytes_total: Buffer.byteLength(text) })

describe('expectPrinted', () => {
  it('takes the whole text and nothing else', () => {
    expect(fits(asWhole('42\n'), '42\n')).toBe(true)
    expect(fits(asWhole('42'), '42\n')).toBe(false)
    expect(fits({ ...asWhole('42\n'), bytes_total: 4 }, '42\n')).toBe(false)
    expect(fits(asWhole(''), undefined)).toBe(true)
    expect(fits(asWhole('x'), undefined)).toBe(false)
  })

  it('joins pieces, also bytes that are no text', () => {
    const stated: Stated = ['before ', { base64: '//4=' }, ' after\n']
    expect(fits({ head: 'before \ufffd\ufffd after\n', bytes_total: 16 }, stated)).toBe(true)
    expect(fits({ head: 'before  after\n', bytes_total: 16 }, stated)).toBe(false)
  })

  it('says nothing of what only the run knows', () => {
    expect(fits(asWhole('4711\n'), program('prints-its-pid').outcome.stdout)).toBe(true)
  })

  it('takes any head and tail of a long text that was counted rightly', () => {
    const text = `begin\n${'é'.repeat(500)}\nend\n`
    const stated: Stated = ['begin\n', { repeat: 'é', times: 500 }, '\nend\n']
    const bytes_total = Buffer.byteLength(text)
    const lengths = fc.tuple(fc.integer({ min: 0, max: 250 }), fc.integer({ min: 1, max: 250 }))
    fc.assert(
      fc.property(lengths, ([headLength, tailLength]) => {
        const kept = { head: text.slice(0, headLength), tail: text.slice(-tailLength), bytes_total, truncated: true }
        expect(fits(kept, stated)).toBe(true)
        expect(fits({ ...kept, bytes_total: bytes_total - 1 }, stated)).toBe(false)
        expect(fits({ ...kept, tail: `${kept.tail}!` }, stated)).toBe(false)
        expect(fits({ ...kept, head: `!${kept.head}` }, stated)).toBe(false)
      }),
    )
  })

  it('does not take a long text for one that was cut', () => {
    expect(fits(asWhole('é'.repeat(400)), { repeat: 'é', times: 500 })).toBe(false)
    expect(fits(asWhole('é'.repeat(500)), { repeat: 'é', times: 500 })).toBe(true)
  })
})

it('asks for no limit that is not declared, not kept, or above what is declared', () => {
  const limit = { default: 1, enforcement: 'watchdog' } as const
  const limits = { wall_ms: { ...limit, max: 500 }, cpu_ms: { ...limit, max: 9_000, enforcement: 'none' as const } }
  const capabilities = { limits } as unknown as Parameters<typeof mayAsk>[0]['capabilities']
  const asked = mayAsk({ capabilities }, { wall_ms: 1_000, cpu_ms: 1_000, memory_bytes: 1_000 })
  expect(asked).toEqual({ wall_ms: 500 })
})
