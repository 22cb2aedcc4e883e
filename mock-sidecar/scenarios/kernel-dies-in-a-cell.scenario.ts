// The process dies under the code: a kernel that is restarted, three times at most, and a run that is killed.
import { scenario } from './scenario.ts'

export default scenario({
  name: 'kernel-dies-in-a-cell',
  says: 'Any code ends its process by a segmentation fault, after a second.',
  execution: {
    status: 'killed',
    reason: 'signal',
    signal: 'SIGSEGV',
    durationMs: 1_000,
    stdout: 'calling into C\n',
    onWindows: { status: 'error', reason: 'nonzero_exit', code: 3_221_225_477 },
    inCell: { status: 'lost', reason: 'kernel_died' },
  },
})
