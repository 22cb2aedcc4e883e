// Puts a process behind a desktop of its own that can be killed, see fake-desktop-main.ts.
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from './launched-process.ts'

/** Runs from the sources as well as from what is built of them. */
const here = fileURLToPath(import.meta.url)
const main = fileURLToPath(new URL(`./fake-desktop-main${extname(here)}`, import.meta.url))

/**
 * The command of a desktop that starts `command`, is named as its parent in `SIDECAR_PARENT_PID`, and ends as it ends.
 * Its outputs are those of what it starts. The stdin of what it starts is held by the harness alone: when the desktop is
 * killed, neither an end of file nor a signal tells of it.
 */
export function behindDesktop({ args, file, ...others }: Command): Command {
  return { ...others, file: process.execPath, args: [main, file, ...args], heldStdin: true }
}
