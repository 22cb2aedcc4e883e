// The mock sidecar inside this process, for a desktop's unit tests: `await using mock = await startMock({ scenario: 'consultation' })`.
// The harness never uses this form: it launches `main.ts` like any other sidecar.
import type { Contract } from '../contracts/core/contract.ts'
import { seeded } from '../contracts/core/random.ts'
import type { Capabilities } from '../contracts/session/capabilities.ts'
import { sessionContract } from '../contracts/session/contract.ts'
import type { Execution, ExecutionOptions } from './execution/execution.ts'
import { declaredLimits } from './execution/limits.ts'
import { keepsUnless } from './execution/rules.ts'
import type { Fault } from './faults/fault.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { countHits } from './server/count-hits.ts'
import { type Front, type JournalEntry, startFront } from './server/front.ts'
import type { ModelAddress } from './session/ask-model.ts'
import { bodyRefusal } from './session/body-rules.ts'
import { type SidecarState, sessionHandlers, stopWork, unavailable } from './session/handlers.ts'
import { newStore } from './session/store.ts'
import type { LateStory, Story } from './session/story.ts'

export interface MockOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Where to listen; anything but the default 127.0.0.1 breaks the contract. */
  readonly host?: string
  /** What each request must carry. Default: a random one. `null`: no token is asked for. */
  readonly token?: string | null
  /** Which launch this is; the mock keeps it from user code. */
  readonly nonce?: string
  /** Origins that browsers may call from. Default none. */
  readonly allowedOrigins?: readonly string[]
  /** The story told in each turn, and what code comes to, by the name of a scenario. Default: what the model says, or `happy` where there is no model. */
  readonly scenario?: string
  /** Asked for every turn unless a scenario is named. */
  readonly model?: ModelAddress
  /** Names of faults, or faults of your own. Default none: the contract is kept. */
  readonly faults?: readonly (string | Fault)[]
  /** Makes texts and identifiers repeatable. Default: identifiers nobody can guess, texts of seed 1. */
  readonly seed?: number
  /** Sessions are durable: they are kept in this folder, and those that it holds are there again. Default: they are not. */
  readonly keepsIn?: string
  /** Says that sessions are durable although they are not, which breaks the contract. */
  readonly claimsDurable?: boolean
  /** Default: a new one. */
  readonly bootId?: string
  /** Default 5000. */
  readonly keepaliveMs?: number
  /** A request that has not come whole after so long is given up. Default 10 000. */
  readonly slowRequestMs?: number
  /** The clock by which kernels live, in milliseconds. Default: the system's. */
  readonly nowMs?: () => number
  /** The mock broke the contract without a fault. Default: throws, since that is a defect of the mock. */
  readonly onBroken?: (message: string) => void
  /** Called when a fault does something for the first time. */
  readonly onFirstHit?: (fault: string) => void
  /** Called once when `/shutdown` is first asked for. */
  readonly onShutdown?: () => void
}

export interface Mock extends AsyncDisposable {
  readonly contract: Contract
  /** `http://127.0.0.1:<port>` */
  readonly baseUrl: string
  readonly port: number
  readonly token: string | undefined
  readonly bootId: string
  readonly version: string
  readonly capabilities: Capabilities
  /** The newest requests, oldest first. */
  readonly requests: readonly JournalEntry[]
  /** How often each active fault did something. */
  readonly hits: ReadonlyMap<string, number>
  /** Takes no more work and ends what there is, as after `/shutdown`; resolves when the streams have had their last events. */
  endWork(): Promise<void>
  /** Closes every connection, stops listening, and ends every process that plays the part of user code. */
  close(): Promise<void>
}

/** The experts that the mock has. */
export const mockExperts: readonly string[] = ['statistician', 'archivist']

/** Starts a mock of session/1 on 127.0.0.1. Throws a RangeError for an unknown scenario or fault. */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const { faults = [], keepaliveMs = 5_000, seed } = options
  const token = options.token === undefined ? newToken() : (options.token ?? undefined)
  const active = await resolveFaults(faults)
  const counter = countHits(active, options.onFirstHit)
  const keeps = keepsUnless(active, counter.count)
  const scenario = await chooseScenario(options)
  const store = newStore(seed === undefined ? undefined : seeded(seed))
  const capabilities: Capabilities = {
    keepalive_ms: keepaliveMs,
    sessions: { durable: options.keepsIn !== undefined || options.claimsDurable === true },
    runs: { concurrent: 2, queue: 2 },
    limits: declaredLimits(scenario?.limits),
    expert: { ids: [...mockExperts], tools: ['consult_expert'], network: 'deny' },
    notebook: { interrupt: true, interrupt_grace_ms: 500, max_restarts: 3 },
    integrity: 'none',
  }
  const execution = lateExecution({
    capabilities,
    keeps,
    newId: (kind) => store.newId(kind),
    secrets: secretsOf(token, options),
    told: scenario?.execution,
    isStopping: () => state.stopping,
    nowMs: options.nowMs,
  })
  const state: SidecarState = {
    store,
    story: await chooseStory(options, scenario),
    bootId: options.bootId ?? crypto.randomUUID(),
    version: mockVersion,
    startedAtMs: performance.now(),
    capabilities,
    keeps,
    execution: () => execution.open(),
    stopping: false,
    onShutdown: options.onShutdown ?? (() => undefined),
  }
  const front: Front = await startFront({
    contract: sessionContract,
    handlers: await handlersOf(state, options.keepsIn),
    port: options.port ?? 0,
    ...(options.host === undefined ? {} : { host: options.host }),
    token,
    allowedOrigins: options.allowedOrigins ?? [],
    keepaliveMs,
    slowRequestMs: options.slowRequestMs ?? 10_000,
    faults: active,
    guardBody: (operation, body) => bodyRefusal(operation, body, capabilities, keeps),
    unavailable: ({ id }) => unavailable(state, id),
    onBroken: options.onBroken ?? failLoudly,
    counter,
  })
  const { port, requests } = front
  const close = async () => void (await Promise.all([front.close(), execution.close()]))
  return {
    contract: sessionContract,
    baseUrl: `http://127.0.0.1:${port}`,
    port,
    token,
    bootId: state.bootId,
    version: mockVersion,
    capabilities,
    requests,
    hits: counter.hits,
    async endWork() {
      await stopWork(state)
      // What ended has told its streams; they write in the turn of the event loop that is left to them here.
      await new Promise((resolve) => setImmediate(resolve))
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Where sessions are durable, those of an earlier life are there before the first request. */
async function handlersOf(
  state: SidecarState,
  folder: string | undefined,
): Promise<ReturnType<typeof sessionHandlers>> {
  const handlers = sessionHandlers(state)
  if (folder === undefined) return handlers
  const { bringBack, keeping, keepSessions } = await import('./session/keep-sessions.ts')
  const execution = await state.execution()
  bringBack(folder, state.store, execution)
  return keeping(handlers, () => keepSessions(folder, state.store, execution))
}

const mockVersion = '0.1.0-mock'

function newToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
}

/** A scenario that is named is loaded at once, since it may change what is declared; others only when a story is told. */
async function chooseScenario({ scenario }: MockOptions): Promise<Scenario | undefined> {
  return scenario === undefined ? undefined : loadScenario(scenario)
}

async function loadScenario(name: string): Promise<Scenario> {
  const { findScenario } = await import('./scenarios/load-scenario.ts')
  return findScenario(name)()
}

/** Stories and faults are loaded only where they are asked for: most starts need neither. */
async function chooseStory(
  { model, seed = 1 }: MockOptions,
  scenario: Scenario | undefined,
): Promise<Story | LateStory> {
  if (scenario === undefined && model !== undefined) {
    const { modelStory } = await import('./session/model-story.ts')
    return modelStory(model)
  }
  let told: Promise<Story> | undefined
  return async (input) => {
    told ??= tell(scenario, seed)
    return (await told)(input)
  }
}

/** The story of a scenario, or of `happy` where it has none. */
async function tell(scenario: Scenario | undefined, seed: number): Promise<Story> {
  const { storyTools } = await import('./scenarios/scenario.ts')
  const { story } = scenario?.story === undefined ? await loadScenario('happy') : scenario
  if (story === undefined) throw new TypeError('the scenario `happy` tells no story')
  return story(storyTools(seeded(seed)))
}

/** Opens at the first call; what never opened needs no closing. */
function lateExecution(options: ExecutionOptions) {
  let opened: Promise<Execution> | undefined
  const open = async () => {
    const { openExecution } = await import('./execution/execution.ts')
    return openExecution(options)
  }
  return {
    open: () => {
      opened ??= open()
      return opened
    },
    close: async () => (await opened)?.close(),
  }
}

/** What no code may see, by the names of the variables that hold it. */
function secretsOf(token: string | undefined, { model, nonce }: MockOptions): Record<string, string> {
  return {
    ...(token === undefined ? {} : { SIDECAR_TOKEN: token }),
    ...(nonce === undefined ? {} : { SIDECAR_NONCE: nonce }),
    ...(model === undefined ? {} : { SIDECAR_MODEL_API_KEY: model.apiKey }),
  }
}

async function resolveFaults(faults: readonly (string | Fault)[]): Promise<Fault[]> {
  if (faults.length === 0) return []
  const { findFault } = await import('./faults/load-faults.ts')
  return Promise.all(faults.map((fault) => (typeof fault === 'string' ? findFault(fault) : fault)))
}

function failLoudly(message: string): never {
  throw new Error(`the mock broke its own contract: ${message}`)
}
