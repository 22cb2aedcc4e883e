// A benchmark: measures contenders against each other and gives rows of medians and ratios.
import type { Rounds } from './contest.ts'

export interface Bench {
  /** What `npm run bench <name>` calls it; also its file's name. */
  readonly name: string
  /** What is measured and how, in one sentence. */
  readonly says: string
  /** It runs the reference bundle, which not every machine can build. */
  readonly needsBundle?: true
  run(effort: Effort): Promise<Row[]>
}

/** How much work a measurement is: enough for a steady median, or the least that gives a number. */
export interface Effort extends Rounds {
  /** HTTP requests in one round. */
  readonly requests: number
  /** Whole streams in one round. */
  readonly streams: number
  /** Starts of a process in one round. */
  readonly starts: number
  /** Events or answers judged in one round. */
  readonly judged: number
  /** The checks of a whole run, as `--only` takes them. Empty: all of P0. */
  readonly only: readonly string[]
}

export interface Row {
  readonly what: string
  readonly unit: string
  /** The median of each contender, by its name. */
  readonly medians: Readonly<Record<string, number>>
  /** The first contender divided by the second, round by round; the median of these. Absent where there is no second. */
  readonly ratio?: number
  readonly aim?: Aim
  /** What the reader must know to believe the row. */
  readonly note?: string
}

export type Aim = { readonly atLeast: number } | { readonly atMost: number }

export const usualEffort: Effort = {
  warmUps: 2,
  rounds: 15,
  requests: 20_000,
  streams: 5,
  starts: 2,
  judged: 50_000,
  only: [],
}

export const leastEffort: Effort = {
  warmUps: 0,
  rounds: 1,
  requests: 200,
  streams: 1,
  starts: 1,
  judged: 500,
  only: ['session.turn.opens-once'],
}
