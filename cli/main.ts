// The program: finds the command, tells mistakes in one line. Exit codes: 0 passed · 1 a rule is broken · 2 wrong usage · 3 invalid run.
import type { Command } from './command.ts'
import { nearest, UsageError } from './usage-error.ts'

/** Loaded when they are asked for: starting one command does not pay for the others. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./commands/run.ts')).run,
  mock: async () => (await import('./commands/mock.ts')).mock,
  contract: async () => (await import('./commands/contract.ts')).contract,
  explain: async () => (await import('./commands/explain.ts')).explain,
}

/** Runs the program with its arguments and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = await exitCode(argv)
}

async function exitCode(argv: readonly string[]): Promise<number> {
  try {
    return await dispatch(argv)
  } catch (error) {
    const known = error instanceof Error && ['UsageError', 'TargetError'].includes(error.name)
    const text = error instanceof Error ? error.message : String(error)
    process.stderr.write(known ? `sidecheck: ${text}\n` : `sidecheck: an accident of the harness: ${text}\n`)
    if (!known && process.env['SIDECHECK_DEBUG'] !== undefined) process.stderr.write(`${(error as Error).stack}\n`)
    return known ? 2 : 3
  }
}

async function dispatch([name = '--help', ...rest]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') return help()
  if (name === '--version') return version()
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined) {
    const near = nearest(name, Object.keys(commands))
    const hint = near === undefined ? `there are ${Object.keys(commands).join(', ')}` : `did you mean ${near}?`
    throw new UsageError(`there is no command ${name}; ${hint}`)
  }
  const command = await load()
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`${command.help}\n`)
    return 0
  }
  return command.run(rest)
}

async function help(): Promise<number> {
  const lines = ['sidecheck: test harness and contract-conformance suite for local Python sidecars', '']
  for (const [name, load] of Object.entries(commands))
    lines.push(`  sidecheck ${name.padEnd(10)} ${(await load()).says}`)
  lines.push('', 'sidecheck <command> --help tells more.')
  process.stdout.write(`${lines.join('\n')}\n`)
  return 0
}

async function version(): Promise<number> {
  const { packageVersion } = await import('./package-version.ts')
  process.stdout.write(`${packageVersion()}\n`)
  return 0
}
