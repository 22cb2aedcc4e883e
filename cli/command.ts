// What every command of the program is.

export interface Command {
  /** One line for the list of commands. */
  readonly says: string
  /** What `--help` prints; fits a screen. */
  readonly help: string
  /** Runs with the words after the command's name; resolves with the exit code. Throws a UsageError for a mistake. */
  run(argv: readonly string[]): Promise<number>
}
