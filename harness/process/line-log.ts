// The record of a process's stdout: every line with the time it came, and a wait for the next one.
import { type SplitLine, splitLines } from './split-lines.ts'

export interface Line extends SplitLine {
  /** When its last byte was read, in monotonic milliseconds (`performance.now()`). */
  atMs: number
}

export interface LineLog {
  /** What came so far, oldest first; the oldest go when more than `keepBytes` or 10 000 lines are held. */
  readonly lines: readonly Line[]
  push(chunk: Uint8Array): void
  end(): void
  /** What has come since the last `\n`. */
  pending(): { text: string; bytes: number }
  /**
   * The next line that nobody has taken yet; null once the stream has ended and all are taken.
   * Several waiters are served in order. An aborted wait rejects with the signal's reason and takes no line.
   */
  next(signal?: AbortSignal): Promise<Line | null>
}

/** A flood of empty lines has no bytes to count. */
const KEEP_LINES = 10_000

type Waiter = (line: Line | null) => void

export function createLineLog(keepBytes: number): LineLog {
  const lines: Line[] = []
  const waiters: Waiter[] = []
  let heldBytes = 0
  let taken = 0
  let ended = false

  const splitter = splitLines((split) => {
    lines.push({ ...split, atMs: performance.now() })
    heldBytes += Math.min(split.bytes, keepBytes)
    while ((heldBytes > keepBytes && lines.length > 1) || lines.length > KEEP_LINES) forgetOldest()
    if (waiters.length > 0) waiters.shift()?.(take())
  }, keepBytes)

  const forgetOldest = () => {
    heldBytes -= Math.min(lines.shift()?.bytes ?? 0, keepBytes)
    taken = Math.max(0, taken - 1)
  }
  const take = () => lines[taken++] ?? null

  return {
    lines,
    push: splitter.push,
    pending: splitter.pending,
    end() {
      splitter.end()
      ended = true
      for (const waiter of waiters.splice(0)) waiter(null)
    },
    async next(signal) {
      signal?.throwIfAborted()
      if (taken < lines.length) return take()
      return ended ? null : await joinQueue(waiters, signal)
    },
  }
}

function joinQueue(waiters: Waiter[], signal: AbortSignal | undefined): Promise<Line | null> {
  const { promise, resolve, reject } = Promise.withResolvers<Line | null>()
  const leave = () => {
    waiters.splice(waiters.indexOf(serve), 1)
    reject(signal?.reason)
  }
  const serve: Waiter = (line) => {
    signal?.removeEventListener('abort', leave)
    resolve(line)
  }
  signal?.addEventListener('abort', leave, { once: true })
  waiters.push(serve)
  return promise
}
