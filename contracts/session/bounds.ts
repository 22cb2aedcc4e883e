// Every time bound of session/1 in one place, in milliseconds. Upper bounds are stretched by `--time-scale` and by how slow the host is.

export const bounds = {
  /** From the start of the process to its ready line, and from there to the first `GET /ready` 200. */
  readyMs: 60_000,
  /** From a request to the first bytes of its stream. */
  firstBytesMs: 1_000,
  /** From a chunk of the model to the event that carries it. */
  chunkDelayMs: 500,
  /** Added to the declared `keepalive_ms`. */
  keepaliveGraceMs: 1_000,
  /** From a cancel to the terminal event, and from a client that leaves to the end of the work. */
  cancelMs: 2_000,
  /** From the moment at which a wall limit is passed until the end is told. */
  limitOverrunMs: 1_000,
  /** The same where a process that the code left behind holds the output open. */
  heldOutputMs: 2_000,
  /** `/health` while every lane is busy, 99 times of 100. */
  busyHealthMs: 500,
  /** From an interrupt to the end of the cell; a kernel that ignores it has `interrupt_grace_ms` more until it is replaced. */
  interruptMs: 3_000,
  /** From the death of a kernel until it is told. */
  kernelDeathMs: 5_000,
  /** From the terminal event to the end of the body. */
  bodyEndMs: 1_000,
  /** From being asked to stop until the whole process tree is gone. */
  stopMs: 5_000,
  /** From the death of the parent, or of the spawned process, until the whole tree is gone. */
  orphanMs: 10_000,
  /** An ordinary answer: not in the contract, only what the harness waits before it calls an answer missing. */
  answerMs: 10_000,
} as const
