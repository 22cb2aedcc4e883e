// Everything that can be known without running the project: `npm run check`.
import { join } from 'node:path'
import { runSteps, type Step } from './check/run-steps.ts'

const steps: readonly Step[] = [
  { says: 'types hold', command: ['tsc', '-p', '.'] },
  { says: 'lint and format are clean', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { says: 'imports follow the rules', command: ['vitest', 'run', 'tools/imports.test.ts'] },
  { says: 'nothing is exported, declared or kept without use', command: ['knip'] },
  {
    says: 'frozen contracts are what the sources give',
    command: ['node', 'contracts/core/freeze/write-frozen.ts', '--check'],
  },
]

const failed = await runSteps(steps, join(import.meta.dirname, '..'), (text) => process.stdout.write(text))
if (failed > 0) {
  process.stdout.write(`\n${failed} of ${steps.length} checks failed\n`)
  process.exitCode = 1
}
