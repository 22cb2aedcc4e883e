// What the harness asks of an operating system about processes. One file per system answers it; nothing else may differ.

/**
 * Who a process is. A pid alone is not enough, since systems use it again.
 * `startTime` can be compared within one system only (`<` and `===`): Linux clock ticks since boot, macOS seconds and
 * Windows milliseconds since 1970. 0 stands for a process that was gone before it could be looked at: it matches nobody,
 * but what descends from it is still found.
 */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTime: number
}

export interface ProcessEntry extends ProcessIdentity {
  /** On Windows it goes on naming a parent that has died; elsewhere the parent is then 1 or a subreaper. */
  readonly ppid: number
  /** Process group; null on Windows, which has none. */
  readonly pgid: number | null
  /** Session; null where the system does not tell (macOS, Windows). */
  readonly sid: number | null
  /** The system's own letters, for people. */
  readonly state: string
  /** A zombie: it only waits to be reaped. */
  readonly dead: boolean
  /** The command line, joined by spaces. */
  readonly args: string
}

export interface ListeningSocket {
  readonly pid: number
  /** As text, `127.0.0.1`, `::1`, `0.0.0.0`, `::`. */
  readonly address: string
  readonly port: number
  readonly family: 'ipv4' | 'ipv6'
}

export type ForcedStep = 'sigterm' | 'sigkill' | 'taskkill'

/** One step of force, taken when `afterMs` have passed since the step before it (the first: since stdin was closed). */
export interface ForcedRung {
  readonly step: ForcedStep
  readonly afterMs: number
  /** Only to be called while the root has not been reaped, so that its pid is still its own. */
  apply(rootPid: number): Promise<void>
}

export interface ProcessSystem {
  readonly name: 'linux' | 'macos' | 'windows'
  /** How a child is spawned so that it can be ended together with what it starts. */
  readonly spawnOptions: { readonly detached: boolean; readonly windowsHide: boolean }
  /** The forced end of the contract's stop ladder ("Launch"). */
  readonly forcedRungs: readonly ForcedRung[]
  /** How often a guardian may list all processes in passing; null where that is dear and parents stay named anyway. */
  readonly watchEveryMs: number | null
  /** Why the system could not execute this file although it is there; null where spawning itself will tell. */
  whyNotExecutable(file: string): string | null
  /** Every process, or only those of `pids` that are there. Zombies are listed, as `dead`. */
  listProcesses(pids?: readonly number[]): Promise<ProcessEntry[]>
  /** TCP sockets that these processes listen on. One that several of them share is listed for each. */
  listeningSockets(pids: readonly number[]): Promise<ListeningSocket[]>
  /** Signals a group by its leader; false where there was nobody. Windows has no groups: the process itself is ended. */
  signalGroup(leaderPid: number, signal: NodeJS.Signals): boolean
  /** Ends each of these at once, if its pid is still its own. Whoever is gone already is no error. */
  kill(processes: readonly ProcessIdentity[]): Promise<void>
}
