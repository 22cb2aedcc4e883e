// A list that only grows, and whose n-th item can be waited for.
import { EventEmitter, once } from 'node:events'

export interface WaitOptions {
  /** Gives the wait up; its reason is the error's `cause`. */
  readonly signal?: AbortSignal
}

export interface Sequence<T extends object> {
  readonly items: readonly T[]
  push(item: T): void
  /**
   * The n-th item, counted from 1, as soon as it is there.
   * @throws RangeError when n is not a number from 1
   * @throws Error when the signal aborts or the sequence is closed first
   */
  nth(n: number, options?: WaitOptions): Promise<T>
  /** Nothing more will come: every wait for more fails. */
  close(why: string): void
}

/** @param what the items' name in the plural, for error messages */
export function sequence<T extends object>(what: string): Sequence<T> {
  const items: T[] = []
  const changes = new EventEmitter().setMaxListeners(0)
  let closedBecause: string | undefined
  const missing = (n: number, why: string, cause?: unknown) =>
    new Error(`Expected ${n} ${what}, received ${items.length} before ${why}.`, { cause })

  return {
    items,
    push(item) {
      items.push(item)
      changes.emit('change')
    },
    async nth(n, { signal } = {}) {
      if (!(n >= 1)) throw new RangeError(`Expected a number from 1, received ${n}.`)
      for (;;) {
        const item = items[n - 1]
        if (item) return item
        if (closedBecause) throw missing(n, closedBecause)
        await once(changes, 'change', signal ? { signal } : {}).catch(() => {
          throw missing(n, 'the wait was given up', signal?.reason)
        })
      }
    },
    close(why) {
      closedBecause = why
      changes.emit('change')
    },
  }
}
