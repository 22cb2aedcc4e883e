// The guardian's program, see guardian.ts: watches the trees it is told of until stdin ends, then ends what is left of them.
import { createInterface } from 'node:readline'
import { createGuardedTrees } from './guarded-trees.ts'
import { decodeGuardMessage } from './guardian-protocol.ts'
import { currentSystem } from './system/current.ts'

const system = currentSystem()
const trees = createGuardedTrees(system)

/** What ends the harness by way of its terminal must not end the one that cleans up after it. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

const watch = system.watchEveryMs === null ? undefined : setInterval(watchTrees, system.watchEveryMs)
await listen()
clearInterval(watch)
await trees.endAll()

/** A look that fails is only a look less. */
function watchTrees(): void {
  trees.lookAround().catch(() => undefined)
}

async function listen(): Promise<void> {
  try {
    for await (const line of createInterface({ input: process.stdin })) {
      const message = decodeGuardMessage(line)
      if (message) trees.heed(message)
    }
  } catch {
    // Windows may report a broken pipe instead of its end: the harness is gone all the same.
  }
}
