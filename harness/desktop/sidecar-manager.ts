// Keeps one sidecar running for a desktop app: `const manager = new SidecarManager({ command, dataDir })` (contract, agent/1).
import type { StopReport } from '../process/stop.ts'
import { type Settings, type SidecarManagerOptions, settingsOf } from './manager-options.ts'
import { type SidecarFailure, sayFailure } from './sidecar-failure.ts'
import { createStatusBoard, type SidecarStatus, type StatusBoard, type StatusListener } from './status-board.ts'
import { type Connection, type Outcome, Supervisor, stoppedFailure } from './supervisor.ts'

/** How a start went. Sent to a renderer as it is; it holds no secret. */
export interface StartResult {
  readonly success: boolean
  /** With success: `http://127.0.0.1:<port>`. */
  readonly baseUrl?: string
  /** Without: one sentence or two for people. */
  readonly error?: string
  /** Without: the same for programs. */
  readonly failure?: SidecarFailure
}

export interface StopResult {
  /** No process of ours is left. */
  readonly success: boolean
  readonly error?: string
  /** How it went; absent where nothing was running. */
  readonly report?: StopReport
}

/**
 * Starts a sidecar on demand, watches it, starts it again when it crashes or hangs, and stops it with its whole tree.
 *
 * - It starts nothing by itself: call `ensureRunning()` before each use. There is never more than one process.
 * - It trusts nobody but its own child: the ready line must echo a fresh nonce, and `/health` the line's `boot_id`.
 * - After 3 failed polls in a row, or an unasked exit, it starts again with growing waits; after 5 restarts in a row the
 *   circuit breaker opens, and one trial a minute decides. 10 min of health clear the count. All of it are options.
 * - Exit codes 64, 77 and 78 are never answered by a restart: state `error`, `status().failure` says what helps.
 * - Call and await `stop()` before the app quits (docs/guides/desktop.md shows how in Electron).
 *
 * No method throws or rejects for what a sidecar does; results say so. Methods may be passed around unbound.
 */
export class SidecarManager implements AsyncDisposable {
  readonly #settings: Settings
  readonly #board: StatusBoard
  #supervisor: Supervisor | null = null
  #stopping: Promise<StopResult> | null = null
  /** A start that waits for one stop to end is cancelled by the next. */
  #stopsAsked = 0

  constructor(options: SidecarManagerOptions) {
    this.#settings = settingsOf(options)
    this.#board = createStatusBoard(this.#settings.clock.nowMs)
  }

  /**
   * Starts it if it is not running, also after a failure that is final (somebody has repaired it and asks again).
   *
   * Resolves when it is healthy, or when no more starts are due for now: after `error`, `circuit-breaker-open` or a
   * `stop()`. In between it may take as long as start-up and the waits between restarts take; `onStatusChange` tells how
   * it goes. While the breaker is open it fails at once; `stop()` before it begins anew. Callers at the same time share one start.
   */
  readonly start = async (): Promise<StartResult> => {
    const asked = this.#stopsAsked
    for (let leaving = this.#leaving(); leaving; leaving = this.#leaving()) await leaving
    if (asked !== this.#stopsAsked) return started({ failure: stoppedFailure })
    if (this.#supervisor?.connection) return started({ connection: this.#supervisor.connection })
    this.#supervisor ??= this.#begin()
    return started(await this.#supervisor.next)
  }

  /** The same on demand: cheap when it runs. After a final failure it gives that failure again and starts nothing. */
  readonly ensureRunning = async (): Promise<StartResult> => {
    const { failure, state } = this.#board.read()
    const isTrying = this.#supervisor !== null && !this.#supervisor.isOver
    return state === 'error' && failure && !isTrying ? started({ failure }) : this.start()
  }

  /**
   * Stops it in steps (`POST /shutdown`, end of stdin, then force), at most 8 s in all, and cancels every start that is
   * under way or due. Resolves when no process of it is left. Clears the counts and closes the breaker. May be called at any time.
   */
  readonly stop = (): Promise<StopResult> => {
    this.#stopsAsked++
    this.#stopping ??= this.#stopAll().finally(() => {
      this.#stopping = null
    })
    return this.#stopping
  }

  /**
   * Kills it at once and waits for nothing: for a `process.on('exit')` handler, or for an app that the system gives no
   * time (Windows at logoff). On Windows only the spawned process is killed; the rest of its tree notices by itself.
   */
  readonly killNow = (): void => {
    this.#supervisor?.killNow()
    void this.stop()
  }

  readonly status = (): SidecarStatus => this.#board.read()

  /** `http://127.0.0.1:<port>`; null while `isRunning()` is false. */
  readonly getBaseUrl = (): string | null => this.getConnection()?.baseUrl ?? null

  /** Where to call it, and with which token; null while `isRunning()` is false. Both change with every process. */
  readonly getConnection = (): Connection | null => this.#supervisor?.connection ?? null

  /** It can be talked to: it was healthy, has not ended since, and nobody has asked it to stop. */
  readonly isRunning = (): boolean => this.#board.read().running

  /**
   * Calls `listener` on every change of state, in order, each once. Gives the way to unsubscribe.
   * What it throws becomes a warning of the process.
   */
  readonly onStatusChange = (listener: StatusListener): (() => void) => this.#board.onChange(listener)

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** What has to end before anything can begin. */
  #leaving(): Promise<unknown> | null {
    return this.#stopping ?? (this.#supervisor?.isOver ? this.#supervisor.done : null)
  }

  #begin(): Supervisor {
    const supervisor = new Supervisor(this.#settings, this.#board)
    void supervisor.done.then(() => {
      if (this.#supervisor === supervisor) this.#supervisor = null
    })
    return supervisor
  }

  async #stopAll(): Promise<StopResult> {
    const supervisor = this.#supervisor
    supervisor?.stop()
    const report = (await supervisor?.done) ?? undefined
    this.#board.change('stopped', {
      restartCount: 0,
      failureCount: 0,
      circuitBreakerOpen: false,
      failure: null,
      ...gone,
    })
    const error = explainRest(supervisor?.accident, report)
    return { success: error === null, ...(error === null ? {} : { error }), ...(report ? { report } : {}) }
  }
}

function explainRest(accident: unknown, report: StopReport | undefined): string | null {
  if (accident !== undefined) {
    return `The sidecar was killed; whether all of its tree is gone could not be seen (${accident instanceof Error ? accident.message : accident}).`
  }
  const left = report?.survivors.map(({ pid }) => pid).join(', ')
  return left ? `Expected no process to be left, received ${left}. End them by hand.` : null
}

const gone = { port: null, pid: null, nextStartAtMs: null }

function started(outcome: Outcome): StartResult {
  if ('connection' in outcome) return { success: true, baseUrl: outcome.connection.baseUrl }
  return { success: false, error: sayFailure(outcome.failure), failure: outcome.failure }
}
