// Runs steps side by side and tells each in one line as it ends; what a failed step said stands below its line.
import { execa } from 'execa'

export interface Step {
  /** What holds when the step passes: `imports follow the rules`. */
  readonly says: string
  readonly command: readonly [program: string, ...args: string[]]
}

/** Runs all of them in `folder`, with the programs that npm has installed there. Resolves with the number that failed. */
export async function runSteps(steps: readonly Step[], folder: string, tell: (text: string) => void): Promise<number> {
  const failed = await Promise.all(steps.map((step) => runStep(step, folder, tell)))
  return failed.filter(Boolean).length
}

async function runStep({ command, says }: Step, folder: string, tell: (text: string) => void): Promise<boolean> {
  const [program, ...args] = command
  const { all, durationMs, failed, originalMessage } = await execa(program, args, {
    cwd: folder,
    preferLocal: true,
    localDir: folder,
    all: true,
    reject: false,
  })
  tell(`${failed ? '✗' : '✓'} ${says}  ${(durationMs / 1_000).toFixed(1)} s\n`)
  if (failed) tell(`${indent(all || originalMessage || `${program} failed`)}\n`)
  return failed
}

function indent(text: string): string {
  return text.trimEnd().replace(/^(?=.)/gm, '    ')
}
