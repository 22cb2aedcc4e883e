// macOS: there is no /proc, so ps and lsof are asked. Sessions cannot be seen: `sess` is not a session id there.
import { parseLsof } from './macos-lsof.ts'
import { parsePs } from './macos-ps.ts'
import { killIdentities, posixForcedRungs, posixSpawnOptions, signalGroup } from './posix.ts'
import type { ListeningSocket, ProcessEntry, ProcessSystem } from './process-system.ts'
import { runTool } from './run-tool.ts'

export const macos: ProcessSystem = {
  name: 'macos',
  spawnOptions: posixSpawnOptions,
  forcedRungs: posixForcedRungs,
  watchEveryMs: 2_000,
  whyNotExecutable: () => null,
  listProcesses,
  listeningSockets,
  signalGroup,
  kill: (processes) => killIdentities(listProcesses, processes),
}

const COLUMNS = 'pid=,ppid=,pgid=,stat=,lstart=,args='

/** `lstart` is written in the caller's language and time zone: both are fixed, so that it is always the same text. Names stay UTF-8. */
const LOCALE = { LC_ALL: undefined, LC_TIME: 'C', LC_CTYPE: 'en_US.UTF-8', TZ: 'UTC' }

async function listProcesses(pids?: readonly number[]): Promise<ProcessEntry[]> {
  if (pids?.length === 0) return []
  const which = pids ? ['-p', pids.join(',')] : ['-ax']
  const env = { ...process.env, ...LOCALE }
  return parsePs(await runTool('ps', [...which, '-ww', '-o', COLUMNS], { env, okCodes: [0, 1] }))
}

async function listeningSockets(pids: readonly number[]): Promise<ListeningSocket[]> {
  if (pids.length === 0) return []
  const args = ['-nP', '-a', '-iTCP', '-sTCP:LISTEN', '-p', pids.join(','), '-Fptn']
  return parseLsof(await runTool('lsof', args, { okCodes: [0, 1] }))
}
