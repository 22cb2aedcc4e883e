// Keeps this process from sleeping while it waits for a server. Else the server is charged with waking it,
// which costs more than a small answer does, and the more so the quicker the load is.

/** Keeps the event loop turning until `work` is done. */
export async function stayAwake<T>(work: () => Promise<T>): Promise<T> {
  let next = setImmediate(turn)
  function turn(): void {
    next = setImmediate(turn)
  }
  try {
    return await work()
  } finally {
    clearImmediate(next)
  }
}
