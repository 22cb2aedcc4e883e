// A running sidecar in the harness: started by the launch protocol, ready, with what it declared; stopped in steps with its whole tree.
import type { z } from 'zod'
import { newRecorder, type Recorder } from './client/exchange.ts'
import { type ClientBounds, type ClientOptions, sendRequest } from './client/http-client.ts'
import type { Patience } from './client/patience.ts'
import { type LaunchedSidecar, type LaunchOptions, launchSidecar } from './launch-sidecar.ts'
import type { LaunchedProcess } from './process/launched-process.ts'
import { type StopReport, stopInSteps } from './process/stop.ts'
import { waitUntilReady } from './process/wait-until-ready.ts'
import { type ProcessTarget, type Target, TargetError } from './targets/target.ts'
import { Verdict } from './verdict.ts'

export interface StartOptions extends LaunchOptions {
  readonly patience: Patience
  readonly bounds: ClientBounds
}

export interface RunningSidecar extends AsyncDisposable {
  readonly target: Target
  readonly baseUrl: string
  readonly token: string
  readonly nonce: string
  /** What the ready line, or for a URL `GET /api/contract`, declared. */
  readonly capabilities: Readonly<Record<string, unknown>>
  /** The decoded ready line; absent for a URL. */
  readonly ready?: Readonly<Record<string, unknown>>
  /** Absent for a URL. */
  readonly process?: LaunchedProcess
  readonly dataDir?: string
  /** Only where it was started with `ownTemporary`. */
  readonly temporaryDir?: string
  /** A client of this sidecar that records into `recorder`. */
  client(recorder: Recorder): ClientOptions
  /** Stops it in the steps of the contract and tells how that went. A URL is left alone. */
  stop(): Promise<StopReport | undefined>
}

/**
 * Starts the target's sidecar, or finds it at its URL.
 * Throws a Verdict where it does not become ready as the contract says, a TargetError where there is nothing to start.
 */
export async function startSidecar(target: Target, options: StartOptions): Promise<RunningSidecar> {
  if (target.kind === 'url') return findRunning(target, options)
  const launched = await launchSidecar(target, options)
  try {
    return await becomeReady(launched, target, options)
  } catch (error) {
    await endAtOnce(launched)
    throw error
  }
}

/** Waits until a sidecar that was launched is ready. Throws a Verdict where it is not, as the contract says; it is left as it is then. */
export async function becomeReady(
  launched: LaunchedSidecar,
  target: ProcessTarget,
  options: StartOptions,
): Promise<RunningSidecar> {
  const ready = await readyLineOf(launched, target, options)
  const baseUrl = `http://127.0.0.1:${String(ready['port'])}`
  const sidecar = handle({ target, baseUrl, ready, launched }, options)
  await untilReady(sidecar, target.readyWithinMs, options)
  return sidecar
}

/** Ends a sidecar that serves nobody, with its tree, and removes the folders that were made for it. */
export async function endAtOnce({ process, removeFolders }: LaunchedSidecar): Promise<void> {
  await stopInSteps(process, {
    forceAfterMs: { sigterm: 0, sigkill: 500, taskkill: 0 },
    treeGoneWithinMs: 0,
    settleWithinMs: 0,
  })
  await removeFolders()
}

interface Parts {
  readonly target: ProcessTarget
  readonly baseUrl: string
  readonly ready: Readonly<Record<string, unknown>>
  readonly launched: LaunchedSidecar
}

function handle(parts: Parts, options: StartOptions): RunningSidecar {
  const { baseUrl, launched, ready, target } = parts
  const { dataDir, nonce, process, removeFolders, temporaryDir, token } = launched
  const capabilities = ready['capabilities'] as Record<string, unknown>
  const client = (recorder: Recorder) => clientOptions(baseUrl, token, capabilities, recorder, options)
  let stopped: Promise<StopReport> | undefined
  const stop = () => {
    stopped ??= stopInSteps(process, { shutdown: () => askToStop(client(newRecorder([token]))) }).finally(removeFolders)
    return stopped
  }
  return {
    target,
    baseUrl,
    token,
    nonce,
    capabilities,
    ready,
    process,
    dataDir,
    ...(temporaryDir === undefined ? {} : { temporaryDir }),
    client,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  }
}

async function readyLineOf(
  { nonce, process, token }: LaunchedSidecar,
  { readyWithinMs }: ProcessTarget,
  { contract, patience }: StartOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const schema = contract.documents['ReadyLine'] as z.ZodType<Record<string, unknown>>
  const parseReady = (line: string) => schema.parse(JSON.parse(line)) as Record<string, unknown> & { nonce?: string }
  const verdict = await waitUntilReady(process, { parseReady, nonce, withinMs: patience.stretch(readyWithinMs) })
  if (verdict.kind === 'ready') return verdict.ready
  throw new Verdict({
    expected: 'a ready line',
    received: verdict.detail.replaceAll(token, '<secret>'),
    at: 'the start of the process',
    control: true,
  })
}

/** Listening is not yet being able to work: `/ready` says when. There is no event for it, so it is asked for, ever less often. */
async function untilReady(sidecar: RunningSidecar, withinMs: number, options: StartOptions): Promise<void> {
  const recorder = newRecorder([sidecar.token])
  const giveUpAtMs = performance.now() + options.patience.stretch(withinMs)
  for (let waitMs = 5; ; waitMs = Math.min(waitMs * 2, 250)) {
    const answer = await sendRequest({ method: 'GET', path: '/ready' }, sidecar.client(recorder))
    const status = answer.kind === 'plain' ? answer.answer.status : 200
    if (status === 200) return
    if (status !== 503 || performance.now() > giveUpAtMs) {
      const received = answer.kind === 'plain' ? `${status} ${answer.answer.text.slice(0, 200)}` : String(status)
      throw new Verdict({ expected: '200 from GET /ready', received, at: 'the start of the process', control: true })
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs))
  }
}

async function askToStop(client: ClientOptions): Promise<void> {
  await sendRequest({ method: 'POST', path: '/shutdown' }, client)
}

async function findRunning(target: Extract<Target, { kind: 'url' }>, options: StartOptions): Promise<RunningSidecar> {
  const { baseUrl, token } = target
  const recorder = newRecorder([token])
  const probe = clientOptions(baseUrl, token, {}, recorder, options)
  const answer = await sendRequest({ method: 'GET', path: '/api/contract' }, probe).catch((error: unknown) => {
    throw error instanceof Verdict
      ? new TargetError(`nothing answers at ${baseUrl}: ${error.facts.received}. Is the sidecar running?`)
      : error
  })
  if (answer.kind !== 'plain' || answer.answer.status !== 200) {
    const received =
      answer.kind === 'plain' ? `${answer.answer.status} ${answer.answer.text.slice(0, 200)}` : 'a stream'
    throw new TargetError(`GET ${baseUrl}/api/contract should answer 200; received ${received}. Is the token right?`)
  }
  const { capabilities = {} } = answer.answer.body as { capabilities?: Record<string, unknown> }
  return {
    target,
    baseUrl,
    token,
    nonce: '',
    capabilities,
    client: (recorder) => clientOptions(baseUrl, token, capabilities, recorder, options),
    stop: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

function clientOptions(
  baseUrl: string,
  token: string,
  capabilities: Readonly<Record<string, unknown>>,
  recorder: Recorder,
  { bounds, contract, patience }: StartOptions,
): ClientOptions {
  recorder.hide(token)
  const declared = capabilities['keepalive_ms']
  const keepaliveMs = typeof declared === 'number' ? declared : 15_000
  return { contract, baseUrl, token, recorder, patience, bounds, keepaliveMs }
}
