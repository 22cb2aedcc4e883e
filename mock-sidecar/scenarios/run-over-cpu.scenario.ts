// Code that keeps a processor busy, until its processor time is used up.
import { scenario } from './scenario.ts'

export default scenario({
  name: 'run-over-cpu',
  says: 'Any code runs until cpu_ms ends it; the default is 3 s.',
  limits: { cpu_ms: 3_000 },
  execution: { status: 'limit', reason: 'timeout_cpu', durationMs: 'forever', stdout: 'counting\n' },
})
