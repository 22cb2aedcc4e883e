// Why a process could not be started at all, in a sentence that says what to do.
import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'

export interface LaunchAttempt {
  file: string
  args: readonly string[]
  cwd?: string | undefined
}

export class LaunchError extends Error {
  override readonly name = 'LaunchError'
  /** The system's code: `ENOENT`, `EACCES`, `ENOEXEC`, … */
  readonly code: string
  readonly file: string
  readonly cwd: string

  constructor(attempt: LaunchAttempt, code: string, cause: unknown) {
    super(explain(attempt, code, cause), { cause })
    this.code = code
    this.file = attempt.file
    this.cwd = attempt.cwd ?? process.cwd()
  }
}

/** Systems report a missing working directory and a missing interpreter as if the file itself were missing. */
function explain({ file, cwd = process.cwd() }: LaunchAttempt, code: string, cause: unknown): string {
  const path = resolve(cwd, file)
  const isPath = /[\\/]/.test(file)
  if (!isDirectory(cwd)) {
    return `Expected the working directory "${cwd}" to be a folder, received ${code}. Create it or launch elsewhere.`
  }
  if (code === 'ENOENT' && isPath && existsSync(path)) {
    return `Expected "${path}" to start, received ENOENT although it is there: its interpreter or loader is missing. Look at its #! line, or at what it is linked to.`
  }
  if (code === 'ENOENT') {
    return `Expected an executable ${isPath ? `at "${path}"` : `named "${file}" in PATH`}, received ENOENT (no such file). Build it, or correct the command.`
  }
  if (code === 'EACCES') {
    return `Expected "${file}" to be an executable file, received EACCES (${isDirectory(path) ? 'it is a folder' : 'not permitted'}). Set its mode to 755, or correct the command.`
  }
  if (code === 'ENOEXEC') {
    return `Expected "${file}" to be a program for ${process.platform}-${process.arch}, received ENOEXEC (${reason(cause)}). Use the bundle made for this machine.`
  }
  if (code === 'EINVAL' && /\.(cmd|bat)$/i.test(file)) {
    return `Expected a program, received the batch file "${file}", which needs a shell. Name the program that it starts.`
  }
  return `Expected "${file}" to start, received ${code} (${reason(cause)}). Run it by hand to see why.`
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function reason(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, ' ')
}
