// A gate that lets one waiter through per release, whichever of the two comes first.
import { EventEmitter, once } from 'node:events'

export interface Gate {
  release(): void
  /** Waits for a release that nobody has used yet. Rejects when the signal aborts first. */
  pass(signal: AbortSignal): Promise<void>
}

export function gate(): Gate {
  const events = new EventEmitter().setMaxListeners(0)
  let unused = 0
  return {
    release() {
      unused += 1
      events.emit('release')
    },
    async pass(signal) {
      while (unused === 0) await once(events, 'release', { signal })
      unused -= 1
    },
  }
}
