// What a check of session/1 is given, and how it is declared.
import type { Capabilities } from '../../contracts/session/capabilities.ts'
import type { sessionContract } from '../../contracts/session/contract.ts'
import type { ClientOptions } from '../../harness/client/http-client.ts'
import type { Patience } from '../../harness/client/patience.ts'
import type { TypedClient } from '../../harness/client/typed-client.ts'
import type { LaunchedSidecar } from '../../harness/launch-sidecar.ts'
import type { ModelServer } from '../../harness/model/server.ts'
import type { RunningSidecar, StartOptions } from '../../harness/sidecar.ts'
import type { Target } from '../../harness/targets/target.ts'
import type { Check } from '../check.ts'

export type SessionClient = TypedClient<typeof sessionContract>

export interface SessionContext {
  readonly sidecar: RunningSidecar
  readonly client: SessionClient
  /** The same client in the raw, for requests that no operation would send. */
  readonly options: ClientOptions
  readonly capabilities: Capabilities
  readonly model: ModelServer
  readonly patience: Patience
  /** Starts one more sidecar of the same target; it is stopped when the check ends. Only in scope `own`. */
  start(options?: StartChanges): Promise<StartedSidecar>
  /** Launches one more without waiting for it to be ready; it is ended when the check ends. Only in scope `own`. */
  launch(options?: StartChanges): Promise<LaunchedSidecar>
}

export interface StartChanges extends Partial<StartOptions> {
  /** Default: the target of the run. */
  readonly target?: Target
}

export interface StartedSidecar {
  readonly sidecar: RunningSidecar
  readonly client: SessionClient
  /** The raw client, for requests that no operation would send. */
  readonly options: ClientOptions
}

export type SessionCheck = Check<SessionContext>

/** Declares a check of session/1. */
export function check(value: SessionCheck): SessionCheck {
  return value
}
