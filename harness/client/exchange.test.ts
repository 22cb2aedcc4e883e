import { describe, expect, it } from 'vitest'
import { type Exchange, formatExchange, newRecorder } from './exchange.ts'

const request = {
  operation: 'talk.thing',
  method: 'GET',
  path: '/things/1?of=hush',
  requestHeaders: { authorization: 'Bearer hush' },
  requestBody: '{"of":"hush"}',
}

describe('a recorder', () => {
  it('numbers the exchanges of a check and gathers what they broke', () => {
    const recorder = newRecorder([])
    const [first, second] = [recorder.open(request), recorder.open(request)]
    expect([first.number, second.number]).toEqual([1, 2])
    second.violations.push(broken('late'))
    first.violations.push(broken('early'))
    expect(recorder.violations.map(({ received }) => received)).toEqual(['early', 'late'])
    expect(second.sentAtMs).toBeGreaterThanOrEqual(first.sentAtMs)
  })

  it('records no secret that we send', () => {
    const exchange = newRecorder(['hush']).open(request)
    expect(JSON.stringify(exchange)).not.toContain('hush')
    expect(exchange.requestHeaders).toEqual({ authorization: 'Bearer <secret>' })
  })

  it('takes secrets out of what came, also such as it heard of later, when it closes', () => {
    const recorder = newRecorder(['hush', ''])
    const exchange = fill(recorder.open(request), 'hush mum')
    recorder.hide('mum')
    recorder.hide('')
    recorder.close()
    expect(JSON.stringify(exchange)).not.toMatch(/hush|mum/)
    expect(exchange.chunks.map(({ text }) => text)).toEqual(['<secret> <secret>', 'more'])
  })

  it('calls whoever is open when it closes, and whoever comes later at once', () => {
    const recorder = newRecorder([])
    const left: string[] = []
    recorder.whenClosed(() => left.push('open'))
    expect(left).toEqual([])
    recorder.close()
    recorder.whenClosed(() => left.push('late'))
    recorder.close()
    expect(left).toEqual(['open', 'late'])
  })
})

describe('formatExchange', () => {
  it('shows request, head, body with times, the end, and what was broken', () => {
    const exchange = fill(newRecorder(['hush']).open(request), 'one\ntwo')
    expect(formatExchange({ ...exchange, sentAtMs: 10 }).split('\n')).toEqual([
      '── exchange 1: GET /things/1?of=<secret> (10.0 ms after the check began)',
      '             > authorization: Bearer <secret>',
      '             > {"of":"<secret>"}',
      '      1.0 ms  < 200',
      '             < x-of: one',
      '      2.0 ms  one',
      '              two',
      '      3.0 ms  more',
      '      4.0 ms  whole',
      '  ✗ answer.schema at exchange 1: expected right; received one',
    ])
  })

  it('says where no answer came', () => {
    const exchange = newRecorder([]).open({ ...request, requestBody: undefined, requestHeaders: {} })
    expect(formatExchange(exchange)).toContain('no answer\nopen')
  })

  it('shows the beginning and the end of what is long', () => {
    const exchange = newRecorder([]).open(request)
    for (let place = 0; place < 1_000; place += 1) exchange.chunks.push({ atMs: 0, text: `piece ${place}` })
    exchange.chunks.push({ atMs: 0, text: `<${'x'.repeat(10_000)}>` })
    const text = formatExchange(exchange)
    expect(text).toContain('piece 149\n              … 701 pieces …\n')
    expect(text).toContain('… 8002 characters …\n')
    expect(text.length).toBeLessThan(20_000)
    for (const shown of ['piece 0', 'piece 149', 'piece 851', 'piece 999', '<x', 'x>']) expect(text).toContain(shown)
    for (const left of ['piece 150', 'piece 850']) expect(text).not.toContain(left)
  })
})

function fill(exchange: Exchange, text: string): Exchange {
  const { chunks, violations } = exchange
  chunks.push({ atMs: 12, text }, { atMs: 13, text: 'more' })
  violations.push(broken(text.split('\n')[0] ?? ''))
  return Object.assign(exchange, {
    status: 200,
    responseHeaders: { 'x-of': text.split('\n')[0] ?? '' },
    headAtMs: 11,
    endedAtMs: 14,
    ending: 'whole',
  })
}

function broken(received: string): Exchange['violations'][number] {
  return { rule: 'answer.schema', expected: 'right', received, at: 'exchange 1' }
}
