// How long to wait: the contract's bounds, stretched by `--time-scale` and by how slow this host is.

export interface Patience {
  /** The factor, 1 or more on a slow host. */
  readonly scale: number
  /** A bound of the contract in milliseconds, stretched. */
  stretch(boundMs: number): number
}

/** Patience with the given factor; 1 keeps every bound as it stands. */
export function patience(scale: number): Patience {
  return { scale, stretch: (boundMs) => boundMs * scale }
}

/** Resolves with `value`, or with `undefined` once `ms` have passed. The timer never keeps the process alive. */
export async function within<T>(ms: number, value: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(resolve, ms, undefined)
  try {
    return await Promise.race([value, late])
  } finally {
    clearTimeout(timer)
  }
}
