// Starts a server that is measured: a process of its own that says its port in a line on stdout and ends with its stdin.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'

export interface ServerCommand {
  /** The program and its arguments, for Node. */
  readonly argv: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

export interface ServerProcess extends AsyncDisposable {
  readonly port: number
  /** From spawning it to its ready line. */
  readonly startedInMs: number
}

export interface MeteredServer extends ServerProcess {
  /** The processor time that all its threads have used so far. */
  usedCpuMs(): Promise<number>
}

/** Starts a server as it is. */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  const { child, port, startedInMs } = await start(command)
  return { port, startedInMs, [Symbol.asyncDispose]: () => end(child) }
}

/** Starts a server that can be asked for its processor time. */
export async function startMeteredServer({ argv, env = {} }: ServerCommand): Promise<MeteredServer> {
  const meter = import.meta.resolve('./cpu-meter.ts')
  const { child, lines, port, startedInMs } = await start({ argv: ['--import', meter, ...argv], env })
  return { port, startedInMs, usedCpuMs, [Symbol.asyncDispose]: () => end(child) }

  async function usedCpuMs(): Promise<number> {
    const answered = once(lines, 'line')
    child.stdin.write('cpu\n')
    const { system, user } = JSON.parse(String((await answered)[0])) as NodeJS.CpuUsage
    return (system + user) / 1_000
  }
}

async function start({ argv, env = {} }: ServerCommand) {
  const beganMs = performance.now()
  const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } })
  const lines = createInterface(child.stdout)
  const { port } = JSON.parse(await firstLine(child, lines, argv)) as { port: number }
  return { child, lines, port, startedInMs: performance.now() - beganMs }
}

function firstLine(child: ChildProcess, lines: Interface, argv: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    lines.once('line', resolve)
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      reject(new Error(`expected \`${argv.join(' ')}\` to say its port; it ended with ${code ?? signal}`)),
    )
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.stdin?.end()
  await exited
}
