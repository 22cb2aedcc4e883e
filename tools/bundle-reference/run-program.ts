// Runs another program to its end, within a time, free of the caller's Python settings.
import { execa } from 'execa'

export type ProgramResult = {
  ok: boolean
  stdout: string
  /** stdout and stderr as they came. */
  output: string
  /** One line for people: what was run and how it ended. */
  summary: string
}

export type ProgramOptions = {
  /** The program and everything it started are ended after this. Default 10 minutes. */
  timeoutMs?: number
  env?: Record<string, string>
  cwd?: string
}

/** Runs `file` with `args`; never rejects. stdin is empty, PYTHON* variables are taken away, and Python writes no .pyc by itself. */
export async function runProgram(
  file: string,
  args: readonly string[],
  { timeoutMs = 600_000, env = {}, cwd }: ProgramOptions = {},
): Promise<ProgramResult> {
  const result = await execa(file, args, {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    killDescendants: true,
    extendEnv: false,
    env: { ...withoutPython(process.env), PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1', ...env },
    ...(cwd === undefined ? {} : { cwd }),
  })
  const summary = result.failed ? firstLine(result.shortMessage) : result.command
  return { ok: !result.failed, stdout: result.stdout, output: result.all, summary }
}

/** PYTHONHOME and PYTHONPATH of the caller would lead another interpreter to the wrong library. */
function withoutPython(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(PYTHON|__PYVENV)/i.test(name)))
}

function firstLine(text: string | undefined): string {
  return text?.split('\n', 1)[0] ?? 'it failed'
}
