// Measures contenders in turns, so that whatever else the machine does meets all of them alike.

export interface Contender {
  readonly name: string
  /** Measures once; higher or lower is better as the unit says. */
  measure(): Promise<number>
}

export interface Outcome {
  /** The median of each contender, by its name. */
  readonly medians: Readonly<Record<string, number>>
  /** The first contender divided by the second, in each round; the median of these. Absent where there is no second. */
  readonly ratio?: number
}

export interface Rounds {
  /** Rounds that are not counted. */
  readonly warmUps: number
  readonly rounds: number
}

/** Measures every contender once in each round, in turns: A B A B … */
export async function contest(contenders: readonly Contender[], { rounds, warmUps }: Rounds): Promise<Outcome> {
  for (let round = 0; round < warmUps; round += 1) for (const { measure } of contenders) await measure()
  const measured: number[][] = contenders.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [place, { measure }] of contenders.entries()) measured[place]?.push(await measure())
  }
  const medians = Object.fromEntries(contenders.map(({ name }, place) => [name, median(measured[place] ?? [])]))
  const [first = [], second] = measured
  if (second === undefined) return { medians }
  return { medians, ratio: median(first.map((value, round) => value / (second[round] ?? Number.NaN))) }
}

/** The value in the middle, or the mean of the two there. NaN where there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1)
  return (low + high) / 2
}
