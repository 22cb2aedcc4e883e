// Code that takes more memory than it may have.
import { scenario } from './scenario.ts'

export default scenario({
  name: 'run-over-memory',
  says: 'Any code is ended at memory_bytes.',
  execution: { status: 'limit', reason: 'memory', takesBytes: 2 ** 43, stdout: 'loading\n' },
})
