// Windows: no groups, no signals. CIM lists processes, netstat sockets, taskkill ends trees.
import { join } from 'node:path'
import type { ForcedRung, ListeningSocket, ProcessEntry, ProcessIdentity, ProcessSystem } from './process-system.ts'
import { runTool } from './run-tool.ts'
import { parseCimProcesses } from './windows-cim.ts'
import { parseNetstat } from './windows-netstat.ts'

/** Contract, "Launch": 7 s after stdin was closed, `taskkill /T /F`. */
const taskkillRung: ForcedRung = {
  step: 'taskkill',
  afterMs: 7_000,
  apply: (rootPid) => taskkill(['/T', '/F', '/PID', String(rootPid)]),
}

export const windows: ProcessSystem = {
  name: 'windows',
  spawnOptions: { detached: false, windowsHide: true },
  forcedRungs: [taskkillRung],
  watchEveryMs: null,
  whyNotExecutable: () => null,
  listProcesses,
  listeningSockets,
  signalGroup,
  kill,
}

/** Written without double quotes, which would have to survive two layers of quoting; UTF-8 whatever the code page. */
function cimScript(pids: readonly number[] | undefined): string {
  const filter = pids ? ` -Filter '${pids.map((pid) => `ProcessId=${pid}`).join(' or ')}'` : ''
  const startMs = "@{n='StartMs';e={if($_.CreationDate){([DateTimeOffset]$_.CreationDate).ToUnixTimeMilliseconds()}}}"
  return [
    '[Console]::OutputEncoding=[Text.Encoding]::UTF8',
    `ConvertTo-Json -Compress @(Get-CimInstance Win32_Process${filter} | ` +
      `Select-Object ProcessId,ParentProcessId,Name,CommandLine,${startMs})`,
  ].join('; ')
}

async function listProcesses(pids?: readonly number[]): Promise<ProcessEntry[]> {
  if (pids?.length === 0) return []
  const powershell = system32('WindowsPowerShell', 'v1.0', 'powershell.exe')
  return parseCimProcesses(await runTool(powershell, ['-NoProfile', '-NonInteractive', '-Command', cimScript(pids)]))
}

/** `-p tcp` shows IPv4 only. */
async function listeningSockets(pids: readonly number[]): Promise<ListeningSocket[]> {
  const netstat = (protocol: string) => runTool(system32('netstat.exe'), ['-ano', '-p', protocol])
  const tables = await Promise.all([netstat('tcp'), netstat('tcpv6')])
  return tables.flatMap(parseNetstat).filter(({ pid }) => pids.includes(pid))
}

/** Node ends the one process whatever the signal; stopping and asking (SIGSTOP, SIGHUP, …) do not exist. */
function signalGroup(leaderPid: number, signal: NodeJS.Signals): boolean {
  if (signal !== 'SIGKILL' && signal !== 'SIGTERM' && signal !== 'SIGINT') return false
  try {
    return process.kill(leaderPid, signal)
  } catch {
    return false
  }
}

async function kill(processes: readonly ProcessIdentity[]): Promise<void> {
  const present = await listProcesses(processes.map(({ pid }) => pid))
  const same = processes.filter((one) => present.some((p) => p.pid === one.pid && p.startTime === one.startTime))
  if (same.length > 0) await taskkill(['/F', ...same.flatMap(({ pid }) => ['/PID', String(pid)])])
}

/** 128: not found. 1: some were not found, or are just ending. Who is really left is seen afterwards, by listing. */
async function taskkill(args: readonly string[]): Promise<void> {
  await runTool(system32('taskkill.exe'), args, { okCodes: [0, 1, 128] })
}

function system32(...parts: string[]): string {
  return join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', ...parts)
}
