// What a manager tells of itself: the present status, and one event for each change of state, in order.
import { callListener } from './call-listener.ts'
import type { SidecarFailure } from './sidecar-failure.ts'
import { type SidecarState, stateGraph } from './sidecar-state.ts'

/** Holds no secret and may be sent to a renderer as it is. */
export interface SidecarStatus {
  readonly state: SidecarState
  /** It can be talked to: it is `healthy`, or `unhealthy` for the moment, and nobody has asked it to stop. */
  readonly running: boolean
  /** Where it listens; null while it is not running. */
  readonly port: number | null
  /** Of the spawned process; null while there is none. */
  readonly pid: number | null
  /** Automatic restarts since the count was last cleared (by 10 min of health, or by `stop()`), trials included. */
  readonly restartCount: number
  /** Failed polls in a row. */
  readonly failureCount: number
  /** No start is tried before the breaker's trial, or the trial is not yet healthy. */
  readonly circuitBreakerOpen: boolean
  /** Until the next automatic start; null where none is due. */
  readonly nextStartInMs: number | null
  /** Why it is not `healthy`, or was not the last time; null from a start that was asked for until something goes wrong. */
  readonly failure: SidecarFailure | null
}

export interface StatusChange extends SidecarStatus {
  readonly previous: SidecarState
}

export type StatusListener = (change: StatusChange) => void

/** What the manager notes. It is running where there is a port. */
export interface Notes extends Omit<SidecarStatus, 'nextStartInMs' | 'running' | 'state'> {
  /** On the manager's clock. */
  readonly nextStartAtMs: number | null
}

export interface StatusBoard {
  read(): SidecarStatus
  /** Changes what stands there, without an event. */
  note(notes: Partial<Notes>): void
  /** Goes to another state, with an event. To the same one: only notes. */
  change(state: SidecarState, notes?: Partial<Notes>): void
  /** Gives the way to unsubscribe. */
  onChange(listener: StatusListener): () => void
}

const nothing: Notes = {
  port: null,
  pid: null,
  restartCount: 0,
  failureCount: 0,
  circuitBreakerOpen: false,
  nextStartAtMs: null,
  failure: null,
}

export function createStatusBoard(nowMs: () => number): StatusBoard {
  const listeners = new Map<symbol, StatusListener>()
  const untold: StatusChange[] = []
  let telling = false
  let state: SidecarState = 'stopped'
  let notes = nothing

  const read = (): SidecarStatus => {
    const { nextStartAtMs, ...rest } = notes
    const nextStartInMs = nextStartAtMs === null ? null : Math.max(0, nextStartAtMs - nowMs())
    return { state, running: rest.port !== null, ...rest, nextStartInMs }
  }

  return {
    read,
    note(more) {
      notes = { ...notes, ...more }
    },
    change(next, more = {}) {
      const previous = state
      notes = { ...notes, ...more }
      if (next === previous) return
      if (!stateGraph[previous].includes(next)) throw new Error(explain(previous, next))
      state = next
      untold.push({ previous, ...read() })
      tell()
    },
    onChange(listener) {
      const key = Symbol()
      listeners.set(key, listener)
      return () => void listeners.delete(key)
    },
  }

  /** A listener may cause the next change: everyone hears of this one first. */
  function tell(): void {
    if (telling) return
    telling = true
    for (let change = untold.shift(); change; change = untold.shift()) {
      for (const listener of [...listeners.values()]) callListener(listener, change, `"${change.state}"`)
    }
    telling = false
  }
}

function explain(previous: SidecarState, next: SidecarState): string {
  return `Expected one of ${stateGraph[previous].join(', ')} after ${previous}, received ${next}. This is a defect of the manager: please report it.`
}
