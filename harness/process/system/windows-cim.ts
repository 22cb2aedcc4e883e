// The JSON in which PowerShell lists Win32_Process, as asked for in windows.ts.
import type { ProcessEntry } from './process-system.ts'

interface CimProcess {
  ProcessId: number
  ParentProcessId: number
  Name: string
  /** null where the caller may not see it. */
  CommandLine: string | null
  /** CreationDate in milliseconds since 1970; null for the two idle system processes. */
  StartMs: number | null
}

/** ConvertTo-Json writes a list of one as that one, and an empty list as nothing. */
export function parseCimProcesses(json: string): ProcessEntry[] {
  const text = json.replace(/^\ufeff/, '').trim()
  const parsed: CimProcess | CimProcess[] = text === '' ? [] : JSON.parse(text)
  return [parsed].flat().map((row) => ({
    pid: row.ProcessId,
    ppid: row.ParentProcessId,
    pgid: null,
    sid: null,
    state: 'running',
    dead: false,
    startTime: row.StartMs ?? 0,
    args: row.CommandLine ?? row.Name,
  }))
}
