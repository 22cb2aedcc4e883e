// The output of `ps -ax -ww -o pid=,ppid=,pgid=,stat=,lstart=,args=` with LC_TIME=C and TZ=UTC.
import type { ProcessEntry } from './process-system.ts'

/** pid, ppid, pgid, stat, then lstart as in `Fri Nov 20 07:40:30 2026`, then args. */
const ROW = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+\w{3} (\w{3})\s+(\d+) (\d\d):(\d\d):(\d\d) (\d{4})(?:\s(.*))?$/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** @throws Error on a row that it does not understand: a process that was overlooked would be taken for dead. */
export function parsePs(output: string): ProcessEntry[] {
  return output
    .split('\n')
    .filter((row) => row.trim() !== '')
    .map(parseRow)
}

function parseRow(row: string): ProcessEntry {
  const match = ROW.exec(row)
  if (!match) throw new Error(`Expected a row of ps "pid ppid pgid stat lstart args", received "${row}".`)
  const [, pid, ppid, pgid, state = '', month = '', day, hour, minute, second, year, args = ''] = match
  const startedAtMs = Date.UTC(
    Number(year),
    MONTHS.indexOf(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  return {
    pid: Number(pid),
    ppid: Number(ppid),
    pgid: Number(pgid),
    sid: null,
    state,
    dead: state.startsWith('Z'),
    startTime: startedAtMs / 1000,
    args: args.trimStart(),
  }
}
