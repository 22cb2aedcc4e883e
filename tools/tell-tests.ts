// Tells a test run in one plain line, from vitest's JSON report and its exit code: `node tools/tell-tests.ts FILE CODE`. Exits 1 unless all passed.
import { readFileSync } from 'node:fs'
import { formatTests, type TestReport } from './tell-tests/format-tests.ts'

const [file = '', exitCode] = process.argv.slice(2)
const { line, ok } = formatTests(read(file), Number(exitCode))
process.stdout.write(`${line}\n`)
process.exitCode = ok ? 0 : 1

/** A run that was broken off leaves no report, or half of one. */
function read(file: string): TestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as TestReport
  } catch {
    return undefined
  }
}
