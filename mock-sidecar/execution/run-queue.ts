// How many runs go on at once, and in which order the others wait.
import type { Keeps } from './rules.ts'

/** A run's place. */
export interface Place {
  /** Whether it had to wait. */
  readonly waits: boolean
  /** Resolves when the run may begin. */
  readonly begins: Promise<void>
  /** Gives the place to the next. */
  leave(how?: 'cancelled'): void
}

export interface RunQueue {
  /** A place; `undefined`: there is none. A run of a turn always finds one: nobody could ask again for it. */
  enter(from: 'request' | 'turn'): Place | undefined
}

/** An empty queue. */
export function newRunQueue(declared: { readonly concurrent: number; readonly queue: number }, keeps: Keeps): RunQueue {
  const waiting: (() => void)[] = []
  let running = 0

  return {
    enter(from) {
      const mayBegin = running < declared.concurrent || !keeps('boundsConcurrency')
      if (!mayBegin && from === 'request' && isFull()) return undefined
      const { promise: begins, resolve } = Promise.withResolvers<void>()
      const begin = () => {
        running += 1
        resolve()
      }
      if (mayBegin) begin()
      else waiting.push(begin)
      return { waits: !mayBegin, begins, leave: once((how) => leave(begin, how)) }
    },
  }

  function isFull(): boolean {
    if (waiting.length >= declared.queue) return keeps('boundsQueue')
    return !keeps('queues')
  }

  function leave(begin: () => void, how: 'cancelled' | undefined): void {
    const place = waiting.indexOf(begin)
    if (place !== -1) {
      waiting.splice(place, 1)
      return
    }
    if (how === 'cancelled' && !keeps('freesPlaces')) return
    running -= 1
    if (running < declared.concurrent) next()?.()
  }

  function next(): (() => void) | undefined {
    return waiting.length < 2 || keeps('keepsOrder') ? waiting.shift() : waiting.pop()
  }
}

function once(act: (how: 'cancelled' | undefined) => void): (how?: 'cancelled') => void {
  let done = false
  return (how) => {
    if (done) return
    done = true
    act(how)
  }
}
