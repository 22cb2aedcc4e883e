// What the command line hands to the worker that runs the checks; plain data.
import type { Target } from '../harness/targets/target.ts'

export interface Provided {
  readonly target: Target
  /** The ids of the checks to run. */
  readonly selected: readonly string[]
  readonly timeScale: number
  /** Where the scripted model listens with the key `sidecheck`, for a sidecar that runs already. Absent: anywhere. */
  readonly modelPort?: number
  /** How many checks run at once, by scope. */
  readonly atOnce: { readonly shared: number; readonly own: number }
}

declare module 'vitest' {
  interface ProvidedContext {
    sidecheck: Provided
  }
}
