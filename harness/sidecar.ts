// A running sidecar in the harness: started by the launch protocol, ready, with what it declared; stopped in steps with its whole tree.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { z } from 'zod'
import type { Contract } from '../contracts/core/contract.ts'
import { launchArguments } from '../contracts/core/launch.ts'
import { newRecorder, type Recorder } from './client/exchange.ts'
import { type ClientBounds, type ClientOptions, sendRequest } from './client/http-client.ts'
import type { Patience } from './client/patience.ts'
import type { ModelServer } from './model/server.ts'
import { sidecarEnvironment } from './process/environment.ts'
import { launchProcess } from './process/launch.ts'
import { LaunchError } from './process/launch-error.ts'
import type { LaunchedProcess } from './process/launched-process.ts'
import { type StopReport, stopInSteps } from './process/stop.ts'
import { waitUntilReady } from './process/wait-until-ready.ts'
import { type ProcessTarget, type Target, TargetError } from './targets/target.ts'
import { Verdict } from './verdict.ts'

export interface StartOptions {
  readonly contract: Contract
  readonly model: ModelServer
  readonly patience: Patience
  readonly bounds: ClientBounds
  /** Default: a fresh folder that is removed when the sidecar has stopped. */
  readonly dataDir?: string
  /** Default 0: any free port. */
  readonly port?: number
  readonly allowedOrigins?: readonly string[]
  /** Changes the environment that the launch protocol gives. */
  readonly env?: (env: Record<string, string>) => Record<string, string>
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
  const token = randomBytes(32).toString('base64url')
  const nonce = randomBytes(12).toString('hex')
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'sidecheck-data-')))
  const launched = await launch(target, options, { token, nonce, dataDir })
  const removeData = async () => {
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 3 })
  }
  try {
    const ready = await readyLineOf(launched, target, options, { token, nonce })
    const baseUrl = `http://127.0.0.1:${String(ready['port'])}`
    const sidecar = handle({ target, baseUrl, token, nonce, ready, launched, dataDir, removeData }, options)
    await untilReady(sidecar, target.readyWithinMs, options)
    return sidecar
  } catch (error) {
    await stopInSteps(launched, {
      forceAfterMs: { sigterm: 0, sigkill: 500, taskkill: 0 },
      treeGoneWithinMs: 0,
      settleWithinMs: 0,
    })
    await removeData()
    throw error
  }
}

interface Parts {
  readonly target: ProcessTarget
  readonly baseUrl: string
  readonly token: string
  readonly nonce: string
  readonly ready: Readonly<Record<string, unknown>>
  readonly launched: LaunchedProcess
  readonly dataDir: string
  readonly removeData: () => Promise<void>
}

function handle(parts: Parts, options: StartOptions): RunningSidecar {
  const { baseUrl, dataDir, launched, nonce, ready, removeData, target, token } = parts
  const capabilities = ready['capabilities'] as Record<string, unknown>
  const client = (recorder: Recorder) => clientOptions(baseUrl, token, capabilities, recorder, options)
  let stopped: Promise<StopReport> | undefined
  const stop = () => {
    stopped ??= stopInSteps(launched, { shutdown: () => askToStop(client(newRecorder([token]))) }).finally(removeData)
    return stopped
  }
  return {
    target,
    baseUrl,
    token,
    nonce,
    capabilities,
    ready,
    process: launched,
    dataDir,
    client,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  }
}

async function launch(
  target: ProcessTarget,
  options: StartOptions,
  { dataDir, nonce, token }: { token: string; nonce: string; dataDir: string },
): Promise<LaunchedProcess> {
  const { contract, model, port = 0 } = options
  const { args, contentDir, cwd, file } = target
  const own = sidecarEnvironment(process.env, {
    token,
    nonce,
    model: { baseUrl: model.baseUrl, apiKey: model.apiKey, name: model.model },
    ...(options.allowedOrigins === undefined ? {} : { allowedOrigins: options.allowedOrigins }),
  })
  const launchArgs = launchArguments({
    contract: contract.id,
    port,
    dataDir,
    ...(contentDir === undefined ? {} : { contentDir }),
  })
  const command = {
    file,
    args: [...args, ...launchArgs],
    env: options.env?.(own) ?? own,
    ...(cwd === undefined ? {} : { cwd }),
  }
  try {
    return await launchProcess(command)
  } catch (error) {
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    if (error instanceof LaunchError) throw new TargetError(error.message)
    throw error
  }
}

async function readyLineOf(
  launched: LaunchedProcess,
  { readyWithinMs }: ProcessTarget,
  { contract, patience }: StartOptions,
  { nonce, token }: { token: string; nonce: string },
): Promise<Readonly<Record<string, unknown>>> {
  const schema = contract.documents['ReadyLine'] as z.ZodType<Record<string, unknown>>
  const parseReady = (line: string) => schema.parse(JSON.parse(line)) as Record<string, unknown> & { nonce?: string }
  const verdict = await waitUntilReady(launched, { parseReady, nonce, withinMs: patience.stretch(readyWithinMs) })
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
