// Code that fails, whatever it is: the traceback that the desktop must show, and the cells after it that are left out.
import { scenario } from './scenario.ts'

export default scenario({
  name: 'failing-cell',
  says: 'Any code prints a line and raises ValueError.',
  execution: {
    status: 'error',
    reason: 'exception',
    ename: 'ValueError',
    evalue: 'no such column: price',
    stdout: 'reading the table\n',
    stderr: 'UserWarning: the table has no index\n',
  },
})
