import { expect, test } from 'vitest'
import { runSteps } from './run-steps.ts'

const node = (code: string): [string, ...string[]] => [process.execPath, '-e', code]

test('tells each step in a line, all that failed with what they said, and counts them', async () => {
  const told: string[] = []
  const steps = [
    { says: 'one holds', command: node('console.log("unheard")') },
    { says: 'two holds', command: node('console.log("why"); console.error("so"); process.exit(3)') },
    { says: 'three holds', command: ['no-such-program-here'] as const },
  ]
  expect(await runSteps(steps, import.meta.dirname, (text) => told.push(text))).toBe(2)
  const text = told.join('')
  expect(text).toMatch(/^✓ one holds {2}\d+\.\d s$/m)
  expect(text).toMatch(/^✗ two holds {2}\d+\.\d s\n {4}why\n {4}so$/m)
  expect(text).toMatch(/^✗ three holds .*\n {4}.*no-such-program-here/m)
  expect(text).not.toContain('unheard')
})
