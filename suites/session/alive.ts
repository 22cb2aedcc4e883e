// The control of checks that are about the process: the sidecar that was started is there and is itself.
import type { RunningSidecar } from '../../harness/sidecar.ts'
import { control, expectSame } from '../expect.ts'
import type { SessionClient } from './context.ts'

/** `/health` answers, with the boot_id of the ready line where there is one: whoever answers is who was started. */
export function mustBeAlive(client: SessionClient, { ready }: Pick<RunningSidecar, 'ready'>): Promise<void> {
  return control(async () => {
    const { body, exchange } = await client.health()
    const at = `exchange ${exchange.number}: GET /health`
    if (ready !== undefined) expectSame(body.boot_id, ready['boot_id'], 'the boot_id of the ready line', at)
  })
}
