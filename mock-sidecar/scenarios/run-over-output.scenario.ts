// Code that prints more than is kept: head, a gap and tail, in runs as in cells.
import { scenario } from './scenario.ts'

export default scenario({
  name: 'run-over-output',
  says: 'Any code prints 20 MB and ends well; of that output_bytes are kept.',
  execution: {
    status: 'ok',
    reason: 'normal',
    stdout: ['first line\n', { repeat: 'a line of very many\n', times: 1_000_000 }, 'last line\n'],
  },
})
