import { expect, it } from 'vitest'
import { formatChanges } from './format-changes.ts'

it('tells each kind apart, and what it comes to', () => {
  const text = formatChanges([
    { kind: 'breaking', path: 'session.new output /session_id', says: 'is gone' },
    { kind: 'breaking', path: 'code TIMEOUT /status', says: 'was 504, is 500' },
    { kind: 'documentation', path: 'session.end /says', says: 'was "a", is "b"' },
  ])
  expect(text).toBe(
    [
      'breaking',
      '  session.new output /session_id: is gone',
      '  code TIMEOUT /status: was 504, is 500',
      '',
      'documentation',
      '  session.end /says: was "a", is "b"',
      '',
      '2 breaking, 1 documentation',
    ].join('\n'),
  )
})

it('says so where nothing changed', () => {
  expect(formatChanges([])).toBe('no change')
})
