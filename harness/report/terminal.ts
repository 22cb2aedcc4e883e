// What a person sees of a run: each rule as it is judged, failures with what was expected and received, the sum at the end.
import { styleText } from 'node:util'
import type { CheckRow, RunResult } from '../../contracts/report/result.ts'

/** `styleText` keeps to NO_COLOR and to whether the stream is a terminal. */
type Style = Parameters<typeof styleText>[0]

const marks: Readonly<Record<CheckRow['status'], readonly [mark: string, style: Style]>> = {
  passed: ['✓', 'green'],
  failed: ['✗', 'red'],
  error: ['!', 'magenta'],
  skipped: ['–', 'dim'],
}

/** One line for a check that has ended. */
export function formatCheck({ durationMs, id, reason, rule, status }: CheckRow, stream: NodeJS.WriteStream): string {
  const [mark, style] = marks[status]
  const why = status === 'skipped' ? ` (${reason})` : ''
  const tail = styleText('dim', `${id} ${durationMs} ms`, { stream })
  return `${styleText(style, mark, { stream })} ${rule}${why}  ${tail}`
}

/** Everything about a check that is red. */
export function formatFailure({ evidence, id, reason, rule, status }: CheckRow, stream: NodeJS.WriteStream): string {
  const [mark, style] = marks[status]
  const { at, expected, received, repeat, stderr, transcript } = evidence ?? {}
  const lines: (readonly [string, string | undefined])[] = [
    ['expected', expected],
    ['received', received],
    ['where', at],
    ['because', status === 'error' ? reason : undefined],
    ['last output', stderr?.trim().split('\n').at(-1)],
    ['transcript', transcript],
    ['repeat', repeat],
  ]
  return [
    styleText([style as 'red', 'bold'], `${mark} ${rule}`, { stream }),
    styleText('dim', `  ${id}`, { stream }),
    ...lines
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => `  ${name.padEnd(11)} ${value}`),
  ].join('\n')
}

/** The last lines of a run. */
export function formatSummary(
  { checks, invalid, run, summary, target }: RunResult,
  stream: NodeJS.WriteStream,
): string {
  const { errors, failed, passed, skipped, total } = summary
  const red = failed + errors > 0 || invalid.length > 0
  const musts = checks.filter(({ level }) => level === 'MUST')
  const kept = musts.filter(({ status }) => status === 'passed').length
  const counts = `${passed} passed, ${failed} failed, ${errors} errors, ${skipped} skipped of ${total}`
  return [
    '',
    styleText(red ? 'red' : 'green', `${counts}; ${kept} of ${musts.length} MUSTs kept`, { stream }),
    ...invalid.map((why) => styleText('magenta', `The run does not count: ${why}`, { stream })),
    `${run.contract}, profile ${run.profile}, on ${target.describes}, ${(run.durationMs / 1000).toFixed(1)} s`,
    run.gate
      ? 'This run is a gate.'
      : styleText('dim', 'A diagnosis, not a gate: only the whole P0 on a release bundle is one.', { stream }),
  ].join('\n')
}
