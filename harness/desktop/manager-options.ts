// What a SidecarManager can be told, and what it does unless told otherwise (contract, agent/1).
import type { LaunchOptions as LaunchVariables } from '../../contracts/core/launch.ts'
import { type Clock, systemClock } from '../process/clock.ts'
import { type LaunchOptions, launchProcess } from '../process/launch.ts'
import type { Command, LaunchedProcess } from '../process/launched-process.ts'
import type { StopOptions } from '../process/stop.ts'
import { currentSystem } from '../process/system/current.ts'
import type { ProcessSystem } from '../process/system/process-system.ts'
import { httpProbe, type Probe } from './health-probe.ts'
import { contractRestartRules, type RestartRules } from './restart-policy.ts'
import type { SidecarFailure } from './sidecar-failure.ts'

export type Launch = (command: Command, options: LaunchOptions) => Promise<LaunchedProcess>

export interface SidecarManagerOptions
  extends Pick<LaunchVariables, 'allowedOrigins' | 'model' | 'ollamaUrl'>,
    Partial<HealthRules>,
    Partial<Seams> {
  /** The entrypoint with its own arguments; those of the launch protocol are added. Never run by a shell. */
  readonly command: { readonly file: string; readonly args?: readonly string[]; readonly cwd?: string }
  /** Where the sidecar keeps what must outlive it. */
  readonly dataDir: string
  /** Where the content bundles lie. Default: the sidecar is told none. */
  readonly contentDir?: string
  /** Which contract it must serve. Default `agent/1`. */
  readonly contract?: string
  /** Default 0, any free port: the ready line says which. */
  readonly port?: number
  /** Changes the environment of the launch protocol; nothing else of the app's own is handed on. */
  readonly env?: (env: Record<string, string>) => Record<string, string>
  /**
   * Asked before every spawn; a failure that it gives is final (state `error`), and nothing is spawned. The place to
   * look at the executable's architecture (`WRONG_ARCH`) or the bundle's digest (`INTEGRITY_FAILED`).
   */
  readonly beforeSpawn?: () => Promise<SidecarFailure | null> | SidecarFailure | null
  /** When it is spawned again; what is left out is as the contract says. */
  readonly restart?: Partial<RestartRules>
  /** The waits of the stop ladder. Default: the contract's, and at most 8 s in all. */
  readonly stop?: Pick<StopOptions, 'answerWithinMs' | 'forceAfterMs' | 'settleWithinMs' | 'treeGoneWithinMs'>
  /**
   * Ends the sidecar when this process is killed, by a small process of its own beside it. Default: true, but false inside
   * Electron, whose executable is no plain Node: there the sidecar itself notices (end of stdin, `SIDECAR_PARENT_PID`).
   */
  readonly guarded?: boolean
}

/** How a running sidecar is watched. */
export interface HealthRules {
  /** From spawning until it can work; no failed poll restarts it before. Default 60 000. */
  readonly startWithinMs: number
  /** From the start of one poll to the next. Default 5 000. */
  readonly pollEveryMs: number
  /** Until a poll has failed. Default 2 000. */
  readonly answerWithinMs: number
  /** So many failed polls in a row restart it. Default 3. */
  readonly failuresUntilRestart: number
  /** A failed poll that came or ended this much later than planned does not count: this process slept. Default 5 000. */
  readonly lateAfterMs: number
}

/** Everything that the manager takes from the outside world; tests pass their own. */
export interface Seams {
  readonly clock: Clock
  /** 0 up to, but not including, 1. Only for jitter; secrets never come from it. */
  readonly random: () => number
  readonly launch: Launch
  readonly probe: Probe
  readonly system: ProcessSystem
}

/** The options with nothing left open. */
export interface Settings extends HealthRules, Seams {
  readonly options: SidecarManagerOptions
  readonly contract: string
  readonly restart: RestartRules
  readonly stop: NonNullable<SidecarManagerOptions['stop']>
  readonly guarded: boolean
}

/** Beside the contract's 5 s and 2 s (Windows: 7 s) there is 1 s for the answer to `/shutdown`, the rest of the tree, and a slow host. */
const contractStop = { answerWithinMs: 250, settleWithinMs: 250 }

export function settingsOf(options: SidecarManagerOptions): Settings {
  return {
    options,
    contract: options.contract ?? 'agent/1',
    restart: { ...contractRestartRules, ...options.restart },
    stop: { ...contractStop, ...options.stop },
    guarded: options.guarded ?? guardedByDefault,
    startWithinMs: options.startWithinMs ?? 60_000,
    pollEveryMs: options.pollEveryMs ?? 5_000,
    answerWithinMs: options.answerWithinMs ?? 2_000,
    failuresUntilRestart: options.failuresUntilRestart ?? 3,
    lateAfterMs: options.lateAfterMs ?? 5_000,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    launch: options.launch ?? launchProcess,
    probe: options.probe ?? httpProbe,
    system: options.system ?? currentSystem(),
  }
}

/** The guardian is started by `process.execPath`; inside Electron that would open a second app. */
export const guardedByDefault = !('electron' in process.versions)
