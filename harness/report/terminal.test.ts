import { PassThrough } from 'node:stream'
import { WriteStream } from 'node:tty'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunResult } from '../../contracts/report/result.ts'
import { failed, row, rows, runResult } from './fixtures/run-result.ts'
import { formatCheck, formatFailure, formatSummary } from './terminal.ts'

const pipe = new PassThrough() as unknown as NodeJS.WriteStream
const terminal = Object.assign(new PassThrough(), {
  isTTY: true,
  getColorDepth: () => 24,
}) as unknown as NodeJS.WriteStream
const plainTerminal = Object.assign(new PassThrough(), {
  isTTY: true,
  getColorDepth: () => 1,
}) as unknown as NodeJS.WriteStream

beforeEach(() => {
  for (const name of ['FORCE_COLOR', 'NO_COLOR', 'NODE_DISABLE_COLORS']) vi.stubEnv(name, undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

describe('formatCheck', () => {
  it.each([
    ['passes', '✓ MUST keep passes  passes 12 ms'],
    ['fails', '✗ MUST keep fails  fails 1234 ms'],
    ['errs', '! MUST keep errs  errs 12 ms'],
    ['skips', '– MUST keep skips (not declared)  skips 12 ms'],
  ])('is one plain line for what %s', (id, line) => {
    expect(formatCheck(rows.find((check) => check.id === id) ?? failed, pipe)).toBe(line)
  })
})

describe('formatFailure', () => {
  it('shows what a person needs to go on', () => {
    expect(formatFailure(failed, pipe).split('\n')).toEqual([
      '✗ MUST keep fails',
      '  fails',
      '  expected    `complete`',
      '  received    <nothing> & "nobody"',
      '  where       exchange 2',
      '  last output last words',
      '  transcript  transcripts/fails.txt',
      '  repeat      npx sidecheck run --mock --only fails',
    ])
  })

  it('says why where the harness failed, and leaves out what there is not', () => {
    const check = row('errs', { status: 'error', reason: 'it fell', evidence: { stderr: '', at: '' } })
    expect(formatFailure(check, pipe).split('\n')).toEqual(['! MUST keep errs', '  errs', '  because     it fell'])
  })
})

describe('formatSummary', () => {
  it.each<[what: string, result: RunResult, line: string]>([
    ['what was found', runResult(), '1 passed, 1 failed, 1 errors, 1 skipped of 4; 1 of 4 MUSTs kept'],
    [
      'that all is well',
      runResult([row('a'), row('b')]),
      '2 passed, 0 failed, 0 errors, 0 skipped of 2; 2 of 2 MUSTs kept',
    ],
    ['that the run does not count', runResult([], { invalid: ['a hole'] }), 'The run does not count: a hole'],
    ['what was tested', runResult(), 'session/1, profile p0, on the embedded mock, 61.5 s'],
    ['that it is no gate', runResult(), 'A diagnosis, not a gate: only the whole P0 on a release bundle is one.'],
    ['that it is one', runResult([], { run: { ...runResult().run, gate: true } }), 'This run is a gate.'],
  ])('says %s', (_, result, line) => {
    expect(formatSummary(result, pipe).split('\n')).toContain(line)
  })

  it('is green only where nothing is red', () => {
    const colour = (result: RunResult) => formatSummary(result, terminal).split('\n')[1]?.slice(0, 5)
    expect(colour(runResult([row('a')]))).toBe('\u001b[32m')
    expect(colour(runResult())).toBe('\u001b[31m')
    expect(colour(runResult([row('a')], { invalid: ['a hole'] }))).toBe('\u001b[31m')
  })
})

describe('colour', () => {
  const all = (stream: NodeJS.WriteStream) =>
    [
      ...rows.map((check) => formatCheck(check, stream)),
      formatFailure(failed, stream),
      formatSummary(runResult(), stream),
    ].join('\n')

  it('is there on a terminal, and changes nothing but the looks', () => {
    expect(all(terminal)).toContain('\u001b[')
    expect(stripVTControlCharacters(all(terminal))).toBe(all(pipe))
  })

  it('is not there on a terminal whose owner wants none', () => {
    const { getColorDepth } = WriteStream.prototype
    const real = Object.assign(new PassThrough(), { isTTY: true, getColorDepth }) as unknown as NodeJS.WriteStream
    for (const [name, value] of [
      ['TERM', 'xterm-256color'],
      ['COLORTERM', 'truecolor'],
      ['CI', undefined],
      ['TEAMCITY_VERSION', undefined],
      ['TMUX', undefined],
    ] as const)
      vi.stubEnv(name, value)
    expect(all(real)).toContain('\u001b[')
    vi.stubEnv('NO_COLOR', '1')
    expect(all(real)).toBe(all(pipe))
  })

  it('is not there in a pipe, nor on a terminal without colours', () => {
    expect(all(pipe)).not.toContain('\u001b')
    expect(all(plainTerminal)).not.toContain('\u001b')
  })
})
