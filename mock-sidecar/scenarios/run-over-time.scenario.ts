// Code that never ends, until its wall limit ends it.
import { scenario } from './scenario.ts'

export default scenario({
  name: 'run-over-time',
  says: 'Any code runs until wall_ms ends it; the default is 3 s.',
  limits: { wall_ms: 3_000 },
  execution: { status: 'limit', reason: 'timeout_wall', durationMs: 'forever', stdout: 'waiting\n' },
})
