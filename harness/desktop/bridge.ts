// Runs commands in a Python program over its stdin and stdout: `const bridge = new Bridge({ command })` (contract, stdio/1).

import { pythonVariables } from '../../contracts/core/launch.ts'
import { type Clock, systemClock } from '../process/clock.ts'
import { desktopEnvironment } from '../process/environment.ts'
import { launchProcess } from '../process/launch.ts'
import { LaunchError } from '../process/launch-error.ts'
import { BridgeError } from './bridge-error.ts'
import { type BridgeRequest, encodeRequest, maxLineBytes } from './bridge-line.ts'
import { type Answer, type BridgeProcess, bridgeProcess } from './bridge-process.ts'
import { callListener } from './call-listener.ts'
import { guardedByDefault, type Launch } from './manager-options.ts'

export interface BridgeOptions {
  /** The program with its own arguments; `--sidecar` is added. Never run by a shell. */
  readonly command: { readonly file: string; readonly args?: readonly string[]; readonly cwd?: string }
  /** Changes its environment: the contract's allow-list of the app's own, and Python's UTF-8 and unbuffered modes. */
  readonly env?: (env: Record<string, string>) => Record<string, string>
  /** Which commands may run twice without harm; only these are sent again when the program ends under them. Default: none. */
  readonly idempotent?: readonly string[]
  /** So many crashes within `crashWindowMs` end the attempt to keep one process. Default 3. */
  readonly crashesUntilFallback?: number
  /** Default 10 000. */
  readonly crashWindowMs?: number
  /** How long each call then gets a process of its own, until one is kept again. Default 60 000. */
  readonly fallbackMs?: number
  /** Told once whenever the fallback begins. Default: a warning of the process. */
  readonly onWarning?: (message: string) => void
  /** See `SidecarManagerOptions.guarded`. */
  readonly guarded?: boolean
  /** For time-outs, crashes and the fallback. */
  readonly clock?: Clock
  readonly launch?: Launch
}

export interface RunOptions {
  /** From the moment when the call's turn has come, its start of the program included. Default 60 000. */
  readonly timeoutMs?: number
}

/**
 * Commands run one at a time, in the order of their calls, in one process that is started by the first of them.
 *
 * - A process that ends under a command is started again. An idempotent command is sent once more, another one fails with
 *   `KERNEL_DIED` and `retryable: false`, since what it did is not known.
 * - An answer that comes too late is thrown away, never taken for another's. A process that lets two commands in a row
 *   time out without a word is replaced.
 * - After 3 crashes in 10 s every call has a process of its own for a minute.
 */
export class Bridge implements AsyncDisposable {
  readonly #options: BridgeOptions
  readonly #clock: Clock
  readonly #closing = new AbortController()
  #process: BridgeProcess | null = null
  #queue: Promise<unknown> = Promise.resolve()
  #nextId = 1
  #crashesAtMs: number[] = []
  #fallbackUntilMs: number | null = null
  #closed: Promise<void> | null = null

  constructor(options: BridgeOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  /**
   * Runs one command and gives its result.
   *
   * @throws BridgeError with the program's own error, or: `TIMEOUT`; `KERNEL_DIED`, it ended; `PAYLOAD_TOO_LARGE`, a line over
   * 16 MiB; `VALIDATION_FAILED`, `args` is no JSON value; `CANCELLED`, the bridge is closed; `INTERNAL`, it could not be started
   */
  readonly run = (command: string, project: string, args: unknown, options: RunOptions = {}): Promise<unknown> => {
    const turn = this.#queue.then(() => this.#runNow({ command, project, args }, options.timeoutMs ?? 60_000))
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  /** Ends the program and its tree within 3 s; commands that run or wait fail with `CANCELLED`. For good: later ones fail, too. */
  readonly close = (): Promise<void> => {
    this.#closed ??= this.#closeNow()
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #runNow(asked: Omit<BridgeRequest, 'id'>, timeoutMs: number): Promise<unknown> {
    this.#failIfClosed()
    const request = { id: String(this.#nextId++), ...asked }
    encodeRequest(request)
    const untilMs = this.#clock.nowMs() + timeoutMs
    const first = await this.#attempt(request, untilMs)
    if (first.kind !== 'gone') return resultOf(first)
    if (!this.#options.idempotent?.includes(request.command)) throw died(request, first.stderr, false)
    const second = await this.#attempt(request, untilMs)
    if (second.kind === 'gone') throw died(request, second.stderr, true)
    return resultOf(second)
  }

  async #attempt(request: BridgeRequest, untilMs: number): Promise<Answer> {
    const isAlone = this.#isFallback()
    const running = await this.#take(isAlone)
    try {
      const leftMs = Math.max(0, untilMs - this.#clock.nowMs())
      const answer = await running.ask(request, leftMs, this.#closing.signal)
      if (answer.kind === 'gone') this.#noteCrash()
      return answer
    } catch (reason) {
      this.#failIfClosed()
      throw reason
    } finally {
      if (isAlone || running.isGone || running.unheard >= 2) await this.#end(running)
    }
  }

  /** The process that is kept, or a new one. */
  async #take(isAlone: boolean): Promise<BridgeProcess> {
    const kept = this.#process
    if (kept?.isGone) {
      this.#noteCrash()
      await this.#end(kept)
    } else if (kept && isAlone) await this.#end(kept)
    this.#process ??= await this.#launch()
    this.#failIfClosed()
    return this.#process
  }

  async #launch(): Promise<BridgeProcess> {
    const { command, env, guarded = guardedByDefault, launch = launchProcess } = this.#options
    const own = { ...desktopEnvironment(process.env), ...pythonVariables }
    const { args = [], cwd, file } = command
    const launched = {
      file,
      args: [...args, '--sidecar'],
      env: env?.(own) ?? own,
      ...(cwd === undefined ? {} : { cwd }),
    }
    try {
      return bridgeProcess(await launch(launched, { guarded, keepStdoutBytes: maxLineBytes }), this.#clock)
    } catch (error) {
      if (error instanceof LaunchError) throw new BridgeError('INTERNAL', error.message)
      throw error
    }
  }

  async #end(running: BridgeProcess): Promise<void> {
    if (this.#process === running) this.#process = null
    await running.stop()
  }

  #noteCrash(): void {
    const { crashWindowMs = 10_000, crashesUntilFallback = 3, fallbackMs = 60_000, onWarning = warn } = this.#options
    const nowMs = this.#clock.nowMs()
    this.#crashesAtMs = [...this.#crashesAtMs, nowMs].filter((atMs) => nowMs - atMs <= crashWindowMs)
    const isNew = !this.#isFallback()
    if (this.#crashesAtMs.length < crashesUntilFallback) return
    this.#fallbackUntilMs = nowMs + fallbackMs
    if (isNew) callListener(onWarning, fallbackBegins(this.#crashesAtMs.length, crashWindowMs, fallbackMs), 'a warning')
  }

  #isFallback(): boolean {
    return this.#fallbackUntilMs !== null && this.#clock.nowMs() < this.#fallbackUntilMs
  }

  #failIfClosed(): void {
    if (this.#closing.signal.aborted) throw new BridgeError('CANCELLED', 'The bridge is closed. Make another one.')
  }

  async #closeNow(): Promise<void> {
    this.#closing.abort()
    if (this.#process) await this.#end(this.#process)
    await this.#queue
    if (this.#process) await this.#end(this.#process)
  }
}

function resultOf(answer: Exclude<Answer, { kind: 'gone' }>): unknown {
  if (answer.kind === 'error') throw answer.error
  return answer.result
}

function died({ command }: BridgeRequest, stderr: string, retryable: boolean): BridgeError {
  const words = stderr.trim().split('\n').at(-1)
  const said = words ? ` Its last words: ${JSON.stringify(words)}.` : ''
  const message = `Expected an answer to "${command}", received the end of the program.${said} Read its stderr.`
  return new BridgeError('KERNEL_DIED', message, { retryable, stderr })
}

function fallbackBegins(crashes: number, windowMs: number, fallbackMs: number): string {
  return `The program crashed ${crashes} times within ${windowMs / 1_000} s: for ${fallbackMs / 1_000} s each command starts a process of its own, which is slower. Read its stderr.`
}

function warn(message: string): void {
  process.emitWarning(message)
}
