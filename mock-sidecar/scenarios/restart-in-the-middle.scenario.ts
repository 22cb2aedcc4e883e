// A kernel that is restarted while a cell runs, as by a second window of the desktop.
import { scenario } from './scenario.ts'

export default scenario({
  name: 'restart-in-the-middle',
  says: 'Any cell is cut off after a second by a restart of its kernel; runs end well.',
  execution: {
    status: 'ok',
    reason: 'normal',
    durationMs: 1_000,
    stdout: 'working\n',
    inCell: { status: 'lost', reason: 'kernel_restarted' },
  },
})
