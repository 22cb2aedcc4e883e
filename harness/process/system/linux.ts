// Linux: everything is read from /proc, so that a listing takes milliseconds and starts no process.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { whyLinuxCannotExecute } from './linux-executable.ts'
import { parseStat } from './linux-stat.ts'
import { parseListeners } from './linux-tcp-table.ts'
import { killIdentities, posixForcedRungs, posixSpawnOptions, signalGroup } from './posix.ts'
import type { ListeningSocket, ProcessEntry, ProcessSystem } from './process-system.ts'

export const linux: ProcessSystem = {
  name: 'linux',
  spawnOptions: posixSpawnOptions,
  forcedRungs: posixForcedRungs,
  watchEveryMs: 500,
  whyNotExecutable: whyLinuxCannotExecute,
  listProcesses,
  listeningSockets,
  signalGroup,
  kill: (processes) => killIdentities(listProcesses, processes),
}

/** Reads before it returns: called in the tick that spawned a child, it still finds a child that died at once. */
async function listProcesses(pids: readonly number[] = allPids()): Promise<ProcessEntry[]> {
  return pids.flatMap((pid) => {
    const stat = read(`/proc/${pid}/stat`)
    if (stat === null) return []
    const { name, ...entry } = parseStat(stat)
    return [{ ...entry, args: commandLine(pid) || `[${name}]` }]
  })
}

function allPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

function commandLine(pid: number): string {
  return (read(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trimEnd()
}

async function listeningSockets(pids: readonly number[]): Promise<ListeningSocket[]> {
  const listeners = [
    ...parseListeners(read('/proc/net/tcp') ?? '', 'ipv4'),
    ...parseListeners(read('/proc/net/tcp6') ?? '', 'ipv6'),
  ]
  return pids.flatMap((pid) => {
    const inodes = socketInodes(pid)
    return listeners.filter(({ inode }) => inodes.has(inode)).map(({ inode: _, ...socket }) => ({ pid, ...socket }))
  })
}

/** Throws where a living process does not let us look (EACCES): "no listener" must not be said unseen. */
function socketInodes(pid: number): Set<string> {
  const descriptors = unless(GONE, () => readdirSync(`/proc/${pid}/fd`)) ?? []
  const targets = descriptors.map((fd) => unless(GONE, () => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? '')
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []))
}

/** null for what has gone, and for what is hidden from us (hidepid): it is not ours then. */
function read(file: string): string | null {
  return unless([...GONE, 'EACCES', 'EPERM'], () => readFileSync(file, 'utf8'))
}

/** Processes and their files come and go while one looks. */
const GONE = ['ENOENT', 'ESRCH']

function unless<T>(codes: readonly string[], look: () => T): T | null {
  try {
    return look()
  } catch (error) {
    if (error instanceof Error && 'code' in error && codes.includes(String(error.code))) return null
    throw error
  }
}
