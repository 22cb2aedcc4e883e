// What one holds of a process that was started: its outputs, its exit, and the ways to end it.
import type { Writable } from 'node:stream'
import type { Tail } from './byte-tail.ts'
import type { Line } from './line-log.ts'
import type { ProcessIdentity } from './system/process-system.ts'

export interface Command {
  file: string
  args: readonly string[]
  /** Default: the harness's own. */
  cwd?: string
  /** The child's whole environment; nothing is added (see `sidecarEnvironment`). */
  env: Readonly<Record<string, string>>
  /** What is written to its stdin comes in at file descriptor 3, which outlives it in what it starts. Default: at 0, as usual. */
  heldStdin?: boolean
}

export type OutputName = 'stdout' | 'stderr'

/** `code` is null when a signal ended it: never read that as 0. */
export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
  /** Monotonic milliseconds (`performance.now()`). */
  atMs: number
}

export interface LaunchedProcess {
  readonly pid: number
  /** With the start time, which some systems take a moment to tell. */
  readonly identity: Promise<ProcessIdentity>
  readonly command: Readonly<Omit<Command, 'env'>>
  /** Monotonic milliseconds (`performance.now()`), right before it was started. */
  readonly startedAtMs: number
  /** For what is to be written. A process that does not read, or is gone, raises no error here. */
  readonly stdin: Writable
  /** What stdout said so far. */
  readonly lines: readonly Line[]
  /** The next line of stdout that nobody has taken; null when stdout has ended. An aborted wait takes no line. */
  nextLine(signal?: AbortSignal): Promise<Line | null>
  /** What stdout said since its last `\n`. */
  pendingStdout(): { text: string; bytes: number }
  stderrTail(): Tail
  /** Takes nothing more from one of its outputs, so that the pipe fills up; what is left in it is read when the process has ended. */
  stopReading(output: OutputName): void
  /** Closes our end of one of its outputs: whatever it writes there then fails. */
  closeOutput(output: OutputName): void
  /** The process itself has ended, whoever still holds its pipes. Never rejects. */
  readonly exited: Promise<Exit>
  /** null while it runs. */
  exit(): Exit | null
  /** Both outputs are closed and read to their end: later than `exited`, and never while a grandchild holds one of them. */
  readonly outputEnded: Promise<void>
  /** Ends its stdin: the sidecar's sign to stop. */
  closeStdin(): void
  /** To this process alone; false once it has exited. */
  signal(signal: NodeJS.Signals): boolean
  /** To its group (Windows: to it alone); false once it has exited, since its pid may then be somebody else's. */
  signalGroup(signal: NodeJS.Signals): boolean
  /** The guardian need not end it any more. `stopInSteps` does this. */
  release(): void
}
