// Lets at most so many pieces of work run at once; the rest wait in order.

export interface Limiter {
  take<T>(work: () => Promise<T>): Promise<T>
}

/** A limiter for `atOnce` pieces of work. */
export function limiter(atOnce: number): Limiter {
  const waiting: (() => void)[] = []
  let running = 0
  return {
    async take(work) {
      if (running >= atOnce) await new Promise<void>((go) => waiting.push(go))
      running += 1
      try {
        return await work()
      } finally {
        running -= 1
        waiting.shift()?.()
      }
    },
  }
}
