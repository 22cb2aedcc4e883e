// From one request to start until the stop, or until nothing can help: spawns, watches, waits, spawns again. One process at a time.
import { LaunchError } from '../process/launch-error.ts'
import type { StopReport } from '../process/stop.ts'
import { type Poll, watchHealth } from './health.ts'
import { launchChild, type ManagedChild, stopChild } from './managed-child.ts'
import type { Settings } from './manager-options.ts'
import { createRestartPolicy, type RestartPolicy } from './restart-policy.ts'
import { conductFailure, exitFailure, launchFailure, type SidecarFailure } from './sidecar-failure.ts'
import { startUp } from './start-up.ts'
import type { StatusBoard } from './status-board.ts'

export interface Connection {
  /** `http://127.0.0.1:<port>` */
  readonly baseUrl: string
  /** What every request must carry (`Authorization: Bearer …`). New with every process; never to be logged. */
  readonly token: string
}

/** How a request to start went: it can be talked to, or why not. */
export type Outcome = { readonly connection: Connection } | { readonly failure: SidecarFailure }

export class Supervisor {
  readonly #settings: Settings
  readonly #board: StatusBoard
  readonly #policy: RestartPolicy
  readonly #stopping = new AbortController()
  #child: ManagedChild | null = null
  #connection: Connection | null = null
  #next = Promise.withResolvers<Outcome>()
  #lastStop: StopReport | null = null
  #lastFailure: SidecarFailure | null = null
  /** Nothing is spawned any more, be it for a stop or because nothing can help. */
  isOver = false
  /** What went wrong on our own side, a system that would not list its processes for instance; undefined where nothing did. */
  accident: unknown
  /** All is over, and every process gone. Never rejects. Gives the report on a child that was asked to stop. */
  readonly done: Promise<StopReport | null>

  constructor(settings: Settings, board: StatusBoard) {
    this.#settings = settings
    this.#board = board
    this.#policy = createRestartPolicy(settings.restart, settings.random)
    this.done = this.#run()
  }

  /** Resolves when it is healthy, or when no start is due before the breaker's trial, or never again. */
  get next(): Promise<Outcome> {
    return this.#next.promise
  }

  /** null while nobody is to be talked to. */
  get connection(): Connection | null {
    return this.#connection
  }

  /** From now on nobody is to be talked to; `done` tells when all is gone. */
  stop(): void {
    this.isOver = true
    this.#connection = null
    this.#board.note({ port: null, nextStartAtMs: null })
    this.#stopping.abort()
  }

  /** SIGKILL to the group, at once. */
  killNow(): void {
    this.stop()
    this.#child?.launched.signalGroup('SIGKILL')
  }

  async #run(): Promise<StopReport | null> {
    // Not in the constructor's own tick: a hook that asks for a start must find this one.
    await Promise.resolve()
    try {
      while (!this.isOver) await this.#liveOnce()
    } catch (accident) {
      this.isOver = true
      this.accident = accident
      await this.#endChild().catch(() => this.#child?.launched.signalGroup('SIGKILL'))
      this.#board.change('error', { port: null, nextStartAtMs: null, failure: accidentFailure(accident) })
    }
    this.#next.resolve({ failure: this.#board.read().failure ?? stoppedFailure })
    return this.#lastStop
  }

  /** One process, from its spawn to the moment when the next one may be spawned. */
  async #liveOnce(): Promise<void> {
    const { clock } = this.#settings
    const failure = await this.#spawnAndServe()
    const endedAtMs = clock.nowMs()
    this.#connection = null
    if (failure === null || this.#stopping.signal.aborted) {
      this.#lastStop = await this.#endChild()
      return
    }
    this.#lastFailure = failure
    const next = failure.final ? null : this.#policy.next()
    if (next === null) this.#giveUp(failure)
    else this.#announce(next.kind, failure, endedAtMs + next.waitMs)
    const child = this.#child
    await this.#endChild()
    if (next === null) return
    await this.#wait((child?.exitedAtMs ?? endedAtMs) + next.waitMs)
    if (!this.isOver) this.#policy.noteRestart()
  }

  /** Why it ended, or null where a stop was asked for. The process may still be there. */
  async #spawnAndServe(): Promise<SidecarFailure | null> {
    const child = await this.#spawn()
    if (child === null || 'final' in child) return child
    try {
      const { launched, token, nonce } = child
      const { contract, startWithinMs: withinMs, answerWithinMs, clock, probe } = this.#settings
      const address = await startUp(launched, {
        ...{ contract, nonce, token, withinMs, answerWithinMs, clock, probe, signal: this.#stopping.signal },
        onListening: (heard) => {
          child.address = heard
        },
      })
      if ('final' in address) return hideToken(address, token)
      this.#connection = { baseUrl: address.baseUrl, token }
      return hideToken(await this.#serve(child), token)
    } catch (accident) {
      if (this.#stopping.signal.aborted) return null
      throw accident
    }
  }

  async #spawn(): Promise<ManagedChild | SidecarFailure | null> {
    const refused = await this.#settings.options.beforeSpawn?.()
    if (refused) return { ...refused, final: true }
    if (this.isOver) return null
    try {
      this.#child = await launchChild(this.#settings)
    } catch (error) {
      if (error instanceof LaunchError) return launchFailure(error)
      throw error
    }
    if (this.isOver) return null
    const { pid } = this.#child.launched
    this.#renewNext()
    const fresh = { pid, port: null, failureCount: 0, nextStartAtMs: null, failure: this.#lastFailure }
    this.#board.change('started', { ...this.#counts(), ...fresh })
    return this.#child
  }

  /** Watches a sidecar that can work, until it cannot. */
  async #serve({ address, launched }: ManagedChild): Promise<SidecarFailure | null> {
    if (address === null || this.isOver) return null
    const { baseUrl, bootId, port } = address
    const over = new AbortController()
    const unwell = Promise.withResolvers<SidecarFailure>()
    const stopped = new Promise<null>((resolve) => {
      this.#stopping.signal.addEventListener('abort', () => resolve(null), { once: true, signal: over.signal })
    })
    const health = this.#healthOf(port, (detail) => unwell.resolve(conductFailure(detail, launched.stderrTail().text)))
    health.good()
    const { pollEveryMs: everyMs, answerWithinMs, clock, lateAfterMs, probe } = this.#settings
    const watch = { probe, clock, baseUrl, bootId, everyMs, answerWithinMs, lateAfterMs, signal: over.signal }
    void watchHealth({ ...watch, onPoll: health.poll })
    const exited = launched.exited.then((exit) => exitFailure(exit, launched.stderrTail().text))
    try {
      return await Promise.race([exited, unwell.promise, stopped])
    } finally {
      health.end()
      over.abort()
    }
  }

  /** What polls mean for the state, the counts and the breaker. */
  #healthOf(port: number, giveUpOn: (detail: string) => void) {
    const { clock, failuresUntilRestart } = this.#settings
    let failures = 0
    let healthySinceMs: number | null = null

    const note = () => {
      if (healthySinceMs !== null) this.#policy.noteHealthy(clock.nowMs() - healthySinceMs)
      this.#board.note(this.#counts())
    }
    const good = () => {
      failures = 0
      healthySinceMs ??= clock.nowMs()
      note()
      this.#board.change('healthy', { port, failureCount: 0, failure: null })
      if (this.#connection) this.#next.resolve({ connection: this.#connection })
    }
    const bad = (verdict: Poll['verdict']) => {
      failures++
      healthySinceMs = null
      const what = verdict === 'someone-else' ? 'answered with another boot_id' : 'did not answer well in time'
      const detail = `GET /health ${what}, ${failures} of ${failuresUntilRestart} times in a row.`
      this.#board.change('unhealthy', { failureCount: failures, failure: conductFailure(detail, '') })
      if (failures >= failuresUntilRestart) giveUpOn(detail)
    }
    return {
      good,
      poll: ({ late, verdict }: Poll) => {
        if (this.isOver) return
        if (late) healthySinceMs = null
        if (verdict === 'ours') good()
        else if (!late) bad(verdict)
      },
      /** Its last healthy stretch counts to its very end. */
      end: note,
    }
  }

  #giveUp(failure: SidecarFailure): void {
    this.isOver = true
    this.#board.change('error', { ...this.#counts(), port: null, nextStartAtMs: null, failure })
    this.#next.resolve({ failure })
  }

  #announce(kind: 'restart' | 'trial', failure: SidecarFailure, nextStartAtMs: number): void {
    const notes = { ...this.#counts(), port: null, nextStartAtMs, failure }
    this.#renewNext()
    this.#board.change(kind === 'trial' ? 'circuit-breaker-open' : 'restarting', notes)
    if (kind === 'trial') this.#next.resolve({ failure })
  }

  /** Whoever asks from now on waits for what comes next; who has asked already and was not answered goes on waiting. */
  #renewNext(): void {
    const fresh = Promise.withResolvers<Outcome>()
    void fresh.promise.then(this.#next.resolve)
    this.#next = fresh
  }

  async #endChild(): Promise<StopReport | null> {
    const child = this.#child
    if (child === null) return null
    const report = await stopChild(child, this.#settings)
    this.#child = null
    this.#board.note({ pid: null })
    return report
  }

  async #wait(untilMs: number): Promise<void> {
    const { clock } = this.#settings
    this.#board.note({ nextStartAtMs: untilMs })
    await clock.after(Math.max(0, untilMs - clock.nowMs()), this.#stopping.signal)
  }

  #counts() {
    return { restartCount: this.#policy.restartCount, circuitBreakerOpen: this.#policy.isOpen }
  }
}

export const stoppedFailure: SidecarFailure = {
  code: 'INTERNAL',
  detail: 'The sidecar was stopped before it was healthy.',
  hint: 'Start it again.',
  final: false,
}

function accidentFailure(accident: unknown): SidecarFailure {
  const detail = accident instanceof Error ? accident.message : String(accident)
  return { code: 'INTERNAL', detail, hint: 'This is no fault of the sidecar. Try again.', final: true }
}

/** Some programs print their environment when they crash. */
function hideToken<F extends SidecarFailure | null>(failure: F, token: string): F {
  if (failure?.stderr === undefined) return failure
  return { ...failure, stderr: failure.stderr.replaceAll(token, '<secret>') }
}
