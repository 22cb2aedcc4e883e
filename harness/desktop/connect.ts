// A typed client of a running session sidecar: `const client = connect({ baseUrl, token })`.
import { bounds } from '../../contracts/session/bounds.ts'
import { sessionContract } from '../../contracts/session/contract.ts'
import { newRecorder } from '../client/exchange.ts'
import { patience } from '../client/patience.ts'
import { type TypedClient, typedClient } from '../client/typed-client.ts'

export interface ConnectOptions {
  /** `http://127.0.0.1:<port>` */
  readonly baseUrl: string
  /** What every request carries. Default: none, for a mock that asks for none. */
  readonly token?: string | undefined
  /** What the sidecar declares; a stream silent for longer is given up. Default 15 000, the contract's largest. */
  readonly keepaliveMs?: number
  /** Stretches every wait, for slow hosts. Default 1. */
  readonly timeScale?: number
}

export type SessionClient = TypedClient<typeof sessionContract>

/**
 * One method for each operation of session/1. Nothing is sent yet.
 * Each call throws a Verdict where the answer is not the one the contract says; `ask` and `send` take any answer.
 * Every exchange is kept for as long as the client lives: make one for each test or session.
 */
export function connect(options: ConnectOptions): SessionClient {
  const { baseUrl, keepaliveMs = 15_000, timeScale = 1, token = 'none' } = options
  const recorder = newRecorder(options.token === undefined ? [] : [options.token])
  return typedClient({
    contract: sessionContract,
    baseUrl,
    token,
    recorder,
    patience: patience(timeScale),
    bounds,
    keepaliveMs,
  })
}
