// One line of /proc/<pid>/stat, see proc_pid_stat(5).
import type { ProcessEntry } from './process-system.ts'

/** Fields counted from the one after the name, which may itself hold spaces and parentheses. */
const STATE = 0
const PPID = 1
const PGRP = 2
const SESSION = 3
const NUM_THREADS = 17
const STARTTIME = 19

export function parseStat(stat: string): Omit<ProcessEntry, 'args'> & { name: string } {
  const nameEnd = stat.lastIndexOf(')')
  const fields = stat.slice(nameEnd + 2).split(' ')
  const state = fields[STATE] ?? ''
  return {
    pid: Number.parseInt(stat, 10),
    name: stat.slice(stat.indexOf('(') + 1, nameEnd),
    state,
    ppid: Number(fields[PPID]),
    pgid: Number(fields[PGRP]),
    sid: Number(fields[SESSION]),
    startTime: Number(fields[STARTTIME]),
    dead: isDead(state, Number(fields[NUM_THREADS])),
  }
}

/** A process whose first thread has ended while others run also shows Z: it is alive, and has more than one thread. */
function isDead(state: string, threads: number): boolean {
  return state === 'X' || (state === 'Z' && threads <= 1)
}
