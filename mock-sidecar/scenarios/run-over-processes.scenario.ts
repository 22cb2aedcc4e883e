// Code that starts more processes than it may have.
import { scenario } from './scenario.ts'

export default scenario({
  name: 'run-over-processes',
  says: 'Any code is ended at processes.',
  execution: { status: 'limit', reason: 'processes', takesProcesses: 10_000, stdout: 'starting workers\n' },
})
