import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { buildReferenceBundle } from '../suites/self/reference-bundle.ts'
import { leastEffort, type Row } from './bench.ts'
import { benches } from './benches.ts'
import { contest, median } from './contest.ts'
import { formatRows, meets } from './format-rows.ts'

const bundle = await buildReferenceBundle()
const possible = [...benches.values()].filter(({ needsBundle }) => !needsBundle || typeof bundle !== 'string')
if (typeof bundle === 'string') process.stdout.write(`left out: benches of the reference bundle (${bundle})\n`)

describe('with the least effort', () => {
  it.each(possible)('$name gives finite numbers', async (bench) => {
    const rows = await bench.run(leastEffort)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      const numbers = [...Object.values(row.medians), ...(row.ratio === undefined ? [] : [row.ratio])]
      expect(numbers.length).toBeGreaterThan(0)
      for (const number of numbers) {
        expect(number, row.what).toBeGreaterThan(0)
        expect(number, row.what).toBeLessThan(Number.POSITIVE_INFINITY)
      }
    }
  })
})

it('measures in turns and compares within each round', async () => {
  const asked: string[] = []
  const contender = (name: string, values: number[]) => ({
    name,
    async measure() {
      asked.push(name)
      return values.shift() ?? Number.NaN
    },
  })
  const outcome = await contest([contender('a', [100, 1, 4, 9]), contender('b', [100, 2, 4, 3])], {
    warmUps: 1,
    rounds: 3,
  })
  expect(asked.join('')).toBe('abababab')
  expect(outcome).toEqual({ medians: { a: 4, b: 3 }, ratio: 1 })
})

it.each([
  [[3], 3],
  [[4, 1], 2.5],
  [[9, 1, 5], 5],
  [[], Number.NaN],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected)
})

describe('a row', () => {
  const row: Row = {
    what: 'GET',
    unit: '1/s',
    medians: { mock: 1234, bare: 2000 },
    ratio: 0.62,
    aim: { atLeast: 0.65 },
  }

  it('says whether its aim is met', () => {
    expect(meets(row)).toBe(false)
    expect(meets({ ...row, ratio: 0.65 })).toBe(true)
    expect(meets({ ...row, aim: { atMost: 0.62 } })).toBe(true)
    expect(meets({ what: 'x', unit: 'ms', medians: { only: 5 }, aim: { atMost: 4 } })).toBe(false)
    expect(meets({ what: 'x', unit: 'ms', medians: { only: 5 } })).toBe(true)
  })

  it('stands in a table', () => {
    const lines = formatRows('http', [{ ...row, note: 'busy' }], process.stdout).split('\n')
    expect(lines[1]).toBe('GET   1/s   1,234  2,000   0.62  ≥ 0.65 MISSED')
    expect(lines[2]).toBe('  GET: busy')
  })
})

it('a name that is none is wrong usage', async () => {
  const run = promisify(execFile)(process.execPath, [join(import.meta.dirname, 'main.ts'), 'nonsense'])
  await expect(run).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('mock-http, mock-sse') })
})
