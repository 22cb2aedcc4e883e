// The rows of a benchmark as a table for people.
import { styleText } from 'node:util'
import type { Aim, Row } from './bench.ts'

/** The table; aims that were met and missed are told apart by words, and by colour where `stream` has it. */
export function formatRows(title: string, rows: readonly Row[], stream: NodeJS.WriteStream): string {
  const contenders = [...new Set(rows.flatMap(({ medians }) => Object.keys(medians)))]
  const head = [title, 'unit', ...contenders, 'ratio', 'aim']
  const lines = rows.map((row) => [
    row.what,
    row.unit,
    ...contenders.map((name) => formatNumber(row.medians[name])),
    row.ratio?.toFixed(2) ?? '',
    formatAim(row),
  ])
  const widths = head.map((word, place) => Math.max(word.length, ...lines.map((line) => line[place]?.length ?? 0)))
  const table = [head, ...lines].map((line) => pad(line, widths))
  const notes = rows.flatMap(({ note, what }) => (note === undefined ? [] : [`  ${what}: ${note}`]))
  const [first = '', ...rest] = table
  return [styleText('bold', first, { stream }), ...rest, ...new Set(notes), ''].join('\n')
}

/** Whether the aim is met; the aim of a row without a ratio is about its only number. */
export function meets({ aim, medians, ratio }: Row): boolean {
  const value = ratio ?? Object.values(medians)[0] ?? Number.NaN
  if (aim === undefined) return true
  return 'atLeast' in aim ? value >= aim.atLeast : value <= aim.atMost
}

function formatAim(row: Row): string {
  if (row.aim === undefined) return ''
  return `${formatBound(row.aim)} ${meets(row) ? 'met' : 'MISSED'}`
}

function formatBound(aim: Aim): string {
  return 'atLeast' in aim ? `≥ ${aim.atLeast}` : `≤ ${aim.atMost}`
}

function formatNumber(value: number | undefined): string {
  if (value === undefined) return ''
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}

/** Words to the left, numbers to the right. */
function pad(line: readonly string[], widths: readonly number[]): string {
  const last = line.length - 1
  return line
    .map((word, place) =>
      place < 2 || place === last ? word.padEnd(widths[place] ?? 0) : word.padStart(widths[place] ?? 0),
    )
    .join('  ')
    .trimEnd()
}
