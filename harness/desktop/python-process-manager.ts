// Starts and stops a packaged Python program for a desktop app: `new PythonProcessManager({ projectDir, resourcesDir, isPackaged })` (contract, backend/1).
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { type Clock, systemClock } from '../process/clock.ts'
import { sidecarEnvironment } from '../process/environment.ts'
import { launchProcess } from '../process/launch.ts'
import { LaunchError } from '../process/launch-error.ts'
import type { Exit, LaunchedProcess } from '../process/launched-process.ts'
import { type StopOptions, type StopReport, stopInSteps } from '../process/stop.ts'
import { waitUntilReady } from '../process/wait-until-ready.ts'
import { type BackendLocation, findBackend } from './backend-location.ts'
import { callListener } from './call-listener.ts'
import { guardedByDefault, type Launch } from './manager-options.ts'
import { conductFailure, exitFailure, launchFailure, type SidecarFailure, sayFailure } from './sidecar-failure.ts'

export interface PythonProcessManagerOptions extends BackendLocation {
  readonly cwd?: string
  /** Changes the environment that it gets; of the app's own nothing is handed on but the contract's allow-list. */
  readonly env?: (env: Record<string, string>) => Record<string, string>
  /** From spawning to the ready line. Default 60 000. */
  readonly readyWithinMs?: number
  /** The waits of the stop ladder. Default: end of stdin and SIGTERM at once, SIGKILL (Windows: taskkill) after 5 s. */
  readonly stop?: Pick<StopOptions, 'forceAfterMs' | 'settleWithinMs' | 'treeGoneWithinMs'>
  /** Each line that it says on stdout after the ready line, without its line end. */
  readonly onLine?: (line: string) => void
  /** It has ended, `requested` by us or by itself. Nothing is restarted. */
  readonly onExit?: (end: BackendExit) => void
  /** See `SidecarManagerOptions.guarded`. */
  readonly guarded?: boolean
  readonly clock?: Clock
  readonly launch?: Launch
}

export interface BackendExit {
  readonly requested: boolean
  readonly exit: Exit
  /** The last of what it said on stderr. */
  readonly stderr: string
}

export interface BackendStatus {
  /** The process is there: from its spawn to its exit. */
  readonly running: boolean
  /** null while it is not running. */
  readonly pid: number | null
  /** Since its spawn; 0 while it is not running. */
  readonly uptime_ms: number
  /** Where the executable is, or should be. */
  readonly path: string
}

/** `start()` or `restart()` came to nothing. */
export class BackendError extends Error {
  override readonly name = 'BackendError'
  readonly failure: SidecarFailure

  constructor(failure: SidecarFailure) {
    super(sayFailure(failure))
    this.failure = failure
  }
}

interface Running {
  readonly launched: LaunchedProcess
  readonly startedAtMs: number
  readonly ready: Promise<void>
  requested: boolean
}

const Ready = z.looseObject({ status: z.literal('ready'), nonce: z.string().optional() })
const KEEP_STDOUT_BYTES = 1024 * 1024
/** As the program's author expects it of a desktop: SIGTERM at once, force after 5 s. */
const contractStop = { forceAfterMs: { sigterm: 0, sigkill: 5_000, taskkill: 5_000 }, settleWithinMs: 250 }

/**
 * One process at most; nothing is started or restarted by itself. PyInstaller's one-file programs are two processes:
 * `stop()` ends both, and whatever they have started.
 */
export class PythonProcessManager implements AsyncDisposable {
  readonly #options: PythonProcessManagerOptions
  readonly #clock: Clock
  #running: Running | null = null
  #starting: Promise<BackendStatus> | null = null
  #stopping: Promise<StopReport | null> | null = null
  #stopsAsked = 0

  constructor(options: PythonProcessManagerOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  /**
   * Starts the executable with these arguments and waits for its line `{"status":"ready"}`. Where it runs already, or is
   * being started, that is the answer, whatever the arguments; `restart(args)` is there for others.
   *
   * @throws BackendError when there is no executable, or when it ends, says something else, or says nothing in time; no process is left then
   */
  readonly start = (args: readonly string[] = []): Promise<BackendStatus> => {
    this.#starting ??= this.#startOnce(args).finally(() => {
      this.#starting = null
    })
    return this.#starting
  }

  /**
   * Stops it with its whole tree and resolves when all are gone: with how that went, or null where nothing ran.
   * A start that is under way is cancelled. May be called at any time.
   */
  readonly stop = (): Promise<StopReport | null> => {
    this.#stopsAsked++
    this.#stopping ??= this.#stopOnce().finally(() => {
      this.#stopping = null
    })
    return this.#stopping
  }

  /** @throws BackendError as `start` does */
  readonly restart = async (args: readonly string[] = []): Promise<BackendStatus> => {
    await this.stop()
    return this.start(args)
  }

  readonly getStatus = (): BackendStatus => {
    const { path } = findBackend(this.#options)
    if (this.#running === null) return { running: false, pid: null, uptime_ms: 0, path }
    const { launched, startedAtMs } = this.#running
    return { running: true, pid: launched.pid, uptime_ms: Math.round(this.#clock.nowMs() - startedAtMs), path }
  }

  /** A folder of that name is none. */
  readonly executableExists = (): boolean => findBackend(this.#options).exists

  /** The last of what it said on stderr; empty while it is not running. */
  readonly stderrTail = (): string => this.#running?.launched.stderrTail().text ?? ''

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #startOnce(args: readonly string[]): Promise<BackendStatus> {
    const asked = this.#stopsAsked
    while (this.#stopping && asked === this.#stopsAsked) await this.#stopping
    if (asked !== this.#stopsAsked) throw new BackendError(cancelled)
    if (this.#running) return this.getStatus()
    const nonce = randomBytes(12).toString('hex')
    const launched = await this.#launch(args, nonce)
    const running = this.#keep(launched, nonce)
    if (asked !== this.#stopsAsked) void this.#stopRunning(running)
    try {
      await running.ready
      return this.getStatus()
    } catch (error) {
      await this.#stopRunning(running)
      throw running.requested && asked !== this.#stopsAsked ? new BackendError(cancelled) : error
    }
  }

  async #launch(args: readonly string[], nonce: string): Promise<LaunchedProcess> {
    const { cwd, env, guarded = guardedByDefault, launch = launchProcess } = this.#options
    const { exists, path } = findBackend(this.#options)
    if (!exists) throw new BackendError(missing(path))
    const own = sidecarEnvironment(process.env, { token: randomBytes(32).toString('base64url'), nonce })
    const command = { file: path, args, env: env?.(own) ?? own, ...(cwd === undefined ? {} : { cwd }) }
    try {
      return await launch(command, { guarded, keepStdoutBytes: KEEP_STDOUT_BYTES })
    } catch (error) {
      throw error instanceof LaunchError ? new BackendError(launchFailure(error)) : error
    }
  }

  #keep(launched: LaunchedProcess, nonce: string): Running {
    const startedAtMs = this.#clock.nowMs()
    const running: Running = { launched, startedAtMs, ready: this.#untilReady(launched, nonce), requested: false }
    running.ready.then(() => this.#readLines(launched), ignore)
    this.#running = running
    void launched.exited.then((exit) => {
      if (this.#running === running) this.#running = null
      if (!running.requested) this.#sweep(running)
      const end = { requested: running.requested, exit, stderr: launched.stderrTail().text }
      callListener(this.#options.onExit, end, 'the exit of the program')
    })
    return running
  }

  async #untilReady(launched: LaunchedProcess, nonce: string): Promise<void> {
    const { readyWithinMs = 60_000 } = this.#options
    const parseReady = (line: string) => {
      const ready = Ready.parse(JSON.parse(line))
      if ((ready.nonce ?? nonce) !== nonce) throw new Error('its nonce is another')
      return ready
    }
    const verdict = await waitUntilReady(launched, { parseReady, withinMs: readyWithinMs, clock: this.#clock })
    if (verdict.kind === 'ready') return
    const stderr = verdict.stderr.text
    throw new BackendError(
      verdict.kind === 'exited'
        ? exitFailure(verdict.exit, stderr)
        : conductFailure(verdict.detail, stderr, launched.exit()),
    )
  }

  async #readLines(launched: LaunchedProcess): Promise<void> {
    for (let line = await launched.nextLine(); line; line = await launched.nextLine()) {
      callListener(this.#options.onLine, line.text, 'a line of the program')
    }
  }

  async #stopOnce(): Promise<StopReport | null> {
    if (this.#running) return this.#stopRunning(this.#running)
    // Not yet spawned: the start itself sees that a stop was asked for.
    await this.#starting?.catch(ignore)
    return null
  }

  /** What it left behind when it ended by itself; a start waits for that. */
  #sweep(running: Running): void {
    this.#stopping ??= this.#stopRunning(running).finally(() => {
      this.#stopping = null
    })
    this.#stopping.catch(ignore)
  }

  #stopRunning(running: Running): Promise<StopReport> {
    if (running.launched.exit() === null) running.requested = true
    return stopInSteps(running.launched, { ...contractStop, ...this.#options.stop, clock: this.#clock })
  }
}

function missing(path: string): SidecarFailure {
  return {
    code: 'NOT_FOUND',
    detail: `Expected an executable at "${path}", received no such file.`,
    hint: 'Build it with PyInstaller, or install the app again.',
    final: true,
  }
}

const cancelled: SidecarFailure = {
  code: 'INTERNAL',
  detail: 'The program was stopped before it was ready.',
  hint: 'Start it again.',
  final: false,
}

function ignore(): void {}
