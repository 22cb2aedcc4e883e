// The same sidecar through a client whose exchanges nobody judges: for streams that are cut when the process ends, as they must be.
import { sessionContract } from '../../../contracts/session/contract.ts'
import { newRecorder } from '../../../harness/client/exchange.ts'
import { typedClient } from '../../../harness/client/typed-client.ts'
import type { SessionContext, StartedSidecar } from '../context.ts'

/** The context of a check for this sidecar, recording nothing of what passes. */
export function aside(context: SessionContext, { sidecar }: Pick<StartedSidecar, 'sidecar'> = context): SessionContext {
  const options = sidecar.client(newRecorder([sidecar.token]))
  return { ...contextOf(context, { sidecar }), options, client: typedClient({ ...options, contract: sessionContract }) }
}

/** The context of a check for a sidecar that it started itself. */
export function contextOf(
  context: SessionContext,
  started: Partial<StartedSidecar> & Pick<StartedSidecar, 'sidecar'>,
): SessionContext {
  const { capabilities } = started.sidecar
  return { ...context, ...started, capabilities: capabilities as SessionContext['capabilities'] }
}
