// The mock sidecar inside this process, for a desktop's unit tests: `await using mock = await startMock({ scenario: 'consultation' })`.
// The harness never uses this form: it launches `main.ts` like any other sidecar.
import type { Contract } from '../contracts/core/contract.ts'
import { seeded } from '../contracts/core/random.ts'
import type { Capabilities } from '../contracts/session/capabilities.ts'
import { sessionContract } from '../contracts/session/contract.ts'
import type { Fault } from './faults/fault.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { type Front, type JournalEntry, startFront } from './server/front.ts'
import type { ModelAddress } from './session/ask-model.ts'
import { type SidecarState, sessionHandlers, unavailable } from './session/handlers.ts'
import { newStore } from './session/store.ts'
import type { LateStory, Story } from './session/story.ts'

export interface MockOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Where to listen; anything but the default 127.0.0.1 breaks the contract. */
  readonly host?: string
  /** What each request must carry. Default: a random one. `null`: no token is asked for. */
  readonly token?: string | null
  /** Origins that browsers may call from. Default none. */
  readonly allowedOrigins?: readonly string[]
  /** The story told in each turn, by the name of its scenario. Default: what the model says, or `happy` where there is no model. */
  readonly scenario?: string
  /** Asked for every turn unless a scenario is named. */
  readonly model?: ModelAddress
  /** Names of faults, or faults of your own. Default none: the contract is kept. */
  readonly faults?: readonly (string | Fault)[]
  /** Makes texts and identifiers repeatable. Default: identifiers nobody can guess, texts of seed 1. */
  readonly seed?: number
  /** Default 5000. */
  readonly keepaliveMs?: number
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
  /** Closes every connection and stops listening. */
  close(): Promise<void>
}

/** The experts that the mock has. */
export const mockExperts: readonly string[] = ['statistician', 'archivist']

/** Starts a mock of session/1 on 127.0.0.1. Throws a RangeError for an unknown scenario or fault. */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const { faults = [], keepaliveMs = 5_000, seed } = options
  const token = options.token === undefined ? newToken() : (options.token ?? undefined)
  const active = await resolveFaults(faults)
  const capabilities: Capabilities = {
    keepalive_ms: keepaliveMs,
    sessions: { durable: false },
    expert: { ids: [...mockExperts], tools: ['consult_expert'], network: 'deny' },
    integrity: 'none',
  }
  const state: SidecarState = {
    store: newStore(seed === undefined ? undefined : seeded(seed)),
    story: await chooseStory(options),
    bootId: crypto.randomUUID(),
    version: mockVersion,
    startedAtMs: performance.now(),
    capabilities,
    stopping: false,
    onShutdown: options.onShutdown ?? (() => undefined),
  }
  const front: Front = await startFront({
    contract: sessionContract,
    handlers: sessionHandlers(state),
    port: options.port ?? 0,
    ...(options.host === undefined ? {} : { host: options.host }),
    token,
    allowedOrigins: options.allowedOrigins ?? [],
    keepaliveMs,
    faults: active,
    unavailable: ({ id }) => unavailable(state, id),
    onBroken: options.onBroken ?? failLoudly,
    ...(options.onFirstHit === undefined ? {} : { onFirstHit: options.onFirstHit }),
  })
  const { close, hits, port, requests } = front
  return {
    contract: sessionContract,
    baseUrl: `http://127.0.0.1:${port}`,
    port,
    token,
    bootId: state.bootId,
    version: mockVersion,
    capabilities,
    requests,
    hits,
    close,
    [Symbol.asyncDispose]: close,
  }
}

const mockVersion = '0.1.0-mock'

function newToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
}

/** Stories and faults are loaded only where they are asked for: most starts need neither. */
async function chooseStory({ model, scenario, seed = 1 }: MockOptions): Promise<Story | LateStory> {
  if (scenario === undefined && model !== undefined) {
    const { modelStory } = await import('./session/model-story.ts')
    return modelStory(model, mockExperts)
  }
  const { findScenario } = await import('./scenarios/load-scenario.ts')
  const load = findScenario(scenario ?? 'happy')
  let told: Promise<Story> | undefined
  return async (input) => {
    told ??= tell(load, seed)
    return (await told)(input)
  }
}

async function tell(load: () => Promise<Scenario>, seed: number): Promise<Story> {
  const { storyTools } = await import('./scenarios/scenario.ts')
  return (await load()).story(storyTools(seeded(seed)))
}

async function resolveFaults(faults: readonly (string | Fault)[]): Promise<Fault[]> {
  if (faults.length === 0) return []
  const { findFault } = await import('./faults/load-faults.ts')
  return Promise.all(faults.map((fault) => (typeof fault === 'string' ? findFault(fault) : fault)))
}

function failLoudly(message: string): never {
  throw new Error(`the mock broke its own contract: ${message}`)
}
