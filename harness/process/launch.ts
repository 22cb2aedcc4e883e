// Starts a process the way the contract says ("Launch"): never through a shell, stdin held open, both outputs always read.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { Duplex, type Writable } from 'node:stream'
import { createByteTail } from './byte-tail.ts'
import { guard, release } from './guardian.ts'
import { LaunchError } from './launch-error.ts'
import type { Command, Exit, LaunchedProcess } from './launched-process.ts'
import { createLineLog } from './line-log.ts'
import { currentSystem } from './system/current.ts'
import type { ProcessIdentity, ProcessSystem } from './system/process-system.ts'

export interface LaunchOptions {
  /** Aborting it ends the process's group at once; `stopInSteps` still has to be called. */
  signal?: AbortSignal
  /** How much of stdout is remembered, in bytes. The oldest lines go first. Default 32 MiB. */
  keepStdoutBytes?: number
  /** How much of the end of stderr is remembered, in bytes. Default 64 KiB. */
  keepStderrBytes?: number
  /** Ends the process and its tree when the harness itself dies, in whatever way. Default true. */
  guarded?: boolean
  system?: ProcessSystem
}

const MIB = 1024 * 1024

/**
 * @throws LaunchError when it could not be started
 * @throws the signal's reason when it is aborted already
 */
export async function launchProcess(command: Command, options: LaunchOptions = {}): Promise<LaunchedProcess> {
  const { signal, keepStdoutBytes = 32 * MIB, keepStderrBytes = 64 * 1024, guarded = true } = options
  const system = options.system ?? currentSystem()
  signal?.throwIfAborted()
  const startedAtMs = performance.now()
  const child = startChild(command, system)
  const stdin = stdinOf(child, command)
  const stdout = createLineLog(keepStdoutBytes)
  const stderr = createByteTail(keepStderrBytes)
  const outputEnded = readOutputs(child, stdout, stderr)
  const { exited, exit } = watchExit(child)
  const identity = identify(child.pid ?? 0, system)
  identity.catch(ignore)
  const pid = await spawned(child, command)

  const signalGroup = (name: NodeJS.Signals) => exit() === null && system.signalGroup(pid, name)
  const letGo = guarded ? keepGuarded(pid, identity) : ignore
  if (signal) endOnAbort(signal, exited, () => signalGroup('SIGKILL'))

  const { env: _secret, ...shown } = command
  return {
    pid,
    identity,
    command: shown,
    startedAtMs,
    stdin,
    lines: stdout.lines,
    nextLine: stdout.next,
    pendingStdout: stdout.pending,
    stderrTail: stderr.read,
    stopReading: (output) => void child[output].pause(),
    closeOutput: (output) => void child[output].destroy(),
    exited,
    exit,
    outputEnded,
    closeStdin: () => void stdin.end(),
    signal: (name) => child.kill(name),
    signalGroup,
    release: letGo,
  }
}

/** Node reports some failures by throwing and others by an event, see `spawned`. */
function startChild(command: Command, system: ProcessSystem): ChildProcessWithoutNullStreams {
  const { file, args, cwd, env, heldStdin } = command
  const why = system.whyNotExecutable(resolveIfPath(file, cwd))
  if (why !== null) throw new LaunchError(command, 'ENOEXEC', why)
  try {
    const pipes = Array.from({ length: heldStdin ? 4 : 3 }, () => 'pipe' as const)
    const options = { ...system.spawnOptions, cwd, env: { ...env }, shell: false, stdio: pipes }
    return spawn(file, [...args], options) as ChildProcessWithoutNullStreams
  } catch (error) {
    throw new LaunchError(command, codeOf(error), error)
  }
}

function resolveIfPath(file: string, cwd = process.cwd()): string {
  return /[\\/]/.test(file) ? resolve(cwd, file) : file
}

/** Node ends `child.stdin` when the child has exited; the fourth pipe it leaves to us. */
function stdinOf(child: ChildProcessWithoutNullStreams, { heldStdin }: Command): Writable {
  const held = child.stdio[3]
  if (!heldStdin || !(held instanceof Duplex)) return child.stdin
  // Its end is noticed only where it is read.
  return held.resume()
}

function readOutputs(
  child: ChildProcessWithoutNullStreams,
  stdout: { push(chunk: Uint8Array): void; end(): void },
  stderr: { push(chunk: Uint8Array): void },
): Promise<void> {
  child.stdout.on('data', stdout.push).on('close', stdout.end)
  child.stderr.on('data', stderr.push)
  for (const stream of child.stdio) stream?.on('error', ignore)
  return new Promise((resolveEnded) => child.once('close', () => resolveEnded()))
}

/** `exit`, not `close`: the latter waits for every grandchild that holds a pipe. */
function watchExit(child: ChildProcessWithoutNullStreams): { exited: Promise<Exit>; exit: () => Exit | null } {
  let seen: Exit | null = null
  const exited = new Promise<Exit>((resolveExit) => {
    child.once('exit', (code, signal) => {
      seen = { code, signal, atMs: performance.now() }
      resolveExit(seen)
    })
  })
  return { exited, exit: () => seen }
}

/** Asked for in the tick of the start, while even a process that died at once is not yet reaped. */
async function identify(pid: number, system: ProcessSystem): Promise<ProcessIdentity> {
  const [entry] = await system.listProcesses([pid])
  return { pid, startTime: entry?.startTime ?? 0 }
}

async function spawned(child: ChildProcessWithoutNullStreams, command: Command): Promise<number> {
  try {
    await once(child, 'spawn')
  } catch (error) {
    throw new LaunchError(command, codeOf(error), error)
  } finally {
    child.on('error', ignore)
  }
  return child.pid ?? 0
}

/** At once by pid, then again with the start time. Gives the way to end it. */
function keepGuarded(pid: number, identity: Promise<ProcessIdentity>): () => void {
  let kept = true
  guard(pid, null)
  identity.then(({ startTime }) => {
    if (kept) guard(pid, startTime)
  }, ignore)
  return () => {
    kept = false
    release(pid)
  }
}

function endOnAbort(signal: AbortSignal, exited: Promise<Exit>, end: () => void): void {
  signal.addEventListener('abort', end, { once: true })
  void exited.then(() => signal.removeEventListener('abort', end))
  if (signal.aborted) end()
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN'
}

/** EPIPE and the like: that a process has closed its end shows in its exit and in what it did not say. */
function ignore(): void {}
