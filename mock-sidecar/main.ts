// The mock sidecar as a process, launched exactly like a real one: arguments, environment, ready line, stdin, parent, exit codes.
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { holdDataFolder, holderOf, openDataFolder, releaseDataFolder } from './data-folder.ts'
import type { Fault } from './faults/fault.ts'
import { findFault } from './faults/load-faults.ts'
import { type Misbehaviour, misbehaviour } from './misbehaviour.ts'
import { type Mock, type MockOptions, startMock } from './mock.ts'
import { watchParent } from './watch-parent.ts'

/** Runs the mock until it is asked to stop. Resolves with the exit code. */
export async function runMock(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const launch = readLaunch(argv, env)
  if (typeof launch === 'string') return say(launch, 64)
  const faults = await resolve(launch.faults)
  if (typeof faults === 'string') return say(faults, 64)
  const broken = misbehaviour(faults, sayHit)
  const refuse = (message: string, code: number) => say(message, broken.failureCode(code))
  const complaint = launch.complaints.find(({ about }) => !broken.forgives(about))
  if (complaint !== undefined) return refuse(complaint.says, complaint.about === 'contract' ? 78 : 64)
  if (broken.banner !== undefined) process.stdout.write(`${broken.banner}\n`)
  const { dataDir, nonce, parentPid } = launch
  const unusable = dataDir === undefined ? undefined : await takeDataFolder(dataDir, broken)
  if (unusable !== undefined) return refuse(unusable, 73)
  if (dataDir !== undefined) await broken.spoilData(dataDir, launch.options.token ?? '')

  const stopped = Promise.withResolvers<number>()
  const stop = () => stopped.resolve(broken.exitCode(0))
  const onShutdown = () => {
    if (!broken.ignores('ignoresShutdown')) setTimeout(stop, shutdownGraceMs)
  }
  const onBroken = (message: string) => {
    process.stderr.write(`the mock broke its own contract: ${message}\n`)
    stopped.resolve(70)
  }
  const host = broken.listens()
  const bootId = dataDir === undefined ? undefined : broken.bootId(dataDir)
  const options: MockOptions = {
    ...launch.options,
    ...(host === undefined ? {} : { host }),
    ...(bootId === undefined ? {} : { bootId }),
    ...durability(launch, broken),
    ...{ faults, onShutdown, onBroken, onFirstHit: sayHit },
  }
  await broken.openPorts()
  const started = await start(options, broken)
  if ('code' in started) return refuse(started.says, started.code)
  let mock = started
  if (dataDir !== undefined) await holdDataFolder(dataDir, { pid: process.pid, port: mock.port, boot_id: mock.bootId })
  const isLate = broken.ignores('listensLate')
  if (isLate) await mock.close()
  for (const text of broken.readyLines(readyLine(mock, nonce))) process.stdout.write(`${text}\n`)
  if (isLate) {
    await pause(lateMs)
    mock = await startMock({ ...options, port: mock.port, bootId: mock.bootId })
  }

  const stdinEnds = () => broken.ignores('ignoresStdinEnd') || stop()
  process.stdin.once('end', stdinEnds).once('error', stdinEnds).resume()
  if (parentPid !== undefined) watchParent(parentPid, () => broken.ignores('ignoresParentDeath') || stop())
  const signals = heedSignals(broken, stop)
  const code = await stopped.promise
  process.stdin.pause()
  await Promise.race([mock.endWork(), pause(endWithinMs)])
  await mock.close()
  if (dataDir !== undefined) await releaseDataFolder(dataDir)
  await signals.mayLeave()
  return code
}

/** After `/shutdown` the listener stays this long, so that a second request is answered rather than refused. */
const shutdownGraceMs = 250
/** Work that a fault does not let end is left after this long. */
const endWithinMs = 500
/** How much later a socket is that comes too late. */
const lateMs = 1_000

/** Makes the folder this sidecar's own; a text says why it cannot be. */
async function takeDataFolder(folder: string, broken: Misbehaviour): Promise<string | undefined> {
  const unusable = await openDataFolder(folder)
  if (unusable !== undefined) return broken.forgives('data') ? undefined : unusable
  const refused = await broken.begin(folder)
  if (refused !== undefined) return refused
  const holder = await holderOf(folder)
  if (holder === undefined || broken.forgives('lock')) return undefined
  return `the data directory ${folder} is in use by process ${holder.pid}; give each sidecar a folder of its own`
}

/** Without a data directory there is nowhere to keep anything. */
function durability(
  { dataDir, durable }: { readonly dataDir: string | undefined; readonly durable: boolean },
  broken: Misbehaviour,
): Pick<MockOptions, 'claimsDurable' | 'keepsIn'> {
  const fault = broken.durable()
  if (fault === 'claimed') return { claimsDurable: true }
  return dataDir !== undefined && (durable || fault === 'kept') ? { keepsIn: dataDir } : {}
}

/** Why a sidecar did not start, and the exit code that says so. */
interface Failure {
  readonly says: string
  readonly code: number
}

async function start(options: MockOptions, broken: Misbehaviour): Promise<Mock | Failure> {
  try {
    return await startMock(options)
  } catch (error) {
    if (error instanceof RangeError) return { says: error.message, code: 64 }
    if ((error as NodeJS.ErrnoException).syscall !== 'listen') throw error
    if (broken.forgives('port')) return startMock({ ...options, port: 0 })
    const why = (error as Error).message
    return { says: `port ${options.port} cannot be had: ${why}; choose another, or 0 for any free one`, code: 69 }
  }
}

function readyLine(mock: Mock, nonce: string): string {
  return JSON.stringify({
    status: 'ready',
    contract: mock.contract.id,
    host: '127.0.0.1',
    port: mock.port,
    pid: process.pid,
    boot_id: mock.bootId,
    nonce,
    sidecar_version: mock.version,
    capabilities: mock.capabilities,
  })
}

/** A mock that shall hang on a second signal must not be gone before it comes. */
const secondSignalWithinMs = 2_000

/** The first signal asks to stop; the next one waits for nothing more. */
function heedSignals(broken: Misbehaviour, stop: () => void): { mayLeave(): Promise<void> } {
  let count = 0
  let hangs = false
  const heed = () => {
    if (broken.ignores('ignoresSignals')) return
    count += 1
    if (count === 1) return broken.waitsForSecondSignal ? void setTimeout(stop, secondSignalWithinMs) : stop()
    hangs ||= broken.ignores('hangsOnSecondSignal')
    if (!hangs) process.exit(broken.exitCode(0))
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, heed)
  return {
    async mayLeave() {
      // Keeps the process alive, as whatever hangs does.
      while (hangs) await pause(60_000)
    },
  }
}

/** What is wrong with the command line, although it can be read. */
interface Complaint {
  readonly about: 'arguments' | 'contract'
  readonly says: string
}

/** What was asked for on the command line and in the environment; a text says what is wrong with it. */
function readLaunch(argv: readonly string[], env: NodeJS.ProcessEnv) {
  let values: Record<string, string | boolean | string[] | undefined>
  try {
    values = parseArgs({ args: [...argv], options: launchFlags }).values
  } catch (error) {
    return `bad arguments: ${(error as Error).message}`
  }
  const { contract = 'session/1', fault = [], host = '127.0.0.1', port = '0', scenario, seed } = values
  const isPort = /^\d{1,5}$/.test(String(port)) && Number(port) <= 65_535
  const complaints: Complaint[] = []
  if (contract !== 'session/1')
    complaints.push({ about: 'contract', says: `contract ${contract} is not served; session/1 is` })
  if (host !== '127.0.0.1')
    complaints.push({ about: 'arguments', says: `bad arguments: --host must be 127.0.0.1; received ${host}` })
  if (!isPort)
    complaints.push({ about: 'arguments', says: `bad arguments: --port must be 0 to 65535; received ${port}` })
  const options: MockOptions = {
    port: isPort ? Number(port) : 0,
    ...(values['no-token']
      ? { token: null }
      : env['SIDECAR_TOKEN'] === undefined
        ? {}
        : { token: env['SIDECAR_TOKEN'] }),
    ...(env['SIDECAR_ALLOWED_ORIGINS'] === undefined
      ? {}
      : { allowedOrigins: env['SIDECAR_ALLOWED_ORIGINS'].split(',') }),
    ...(scenario === undefined ? {} : { scenario: String(scenario) }),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(values['slow-request-ms'] === undefined ? {} : { slowRequestMs: Number(values['slow-request-ms']) }),
    ...(values['keepalive-ms'] === undefined ? {} : { keepaliveMs: Number(values['keepalive-ms']) }),
    ...(env['SIDECAR_NONCE'] === undefined ? {} : { nonce: env['SIDECAR_NONCE'] }),
    ...modelOf(env),
  }
  const dataDir = values['data-dir'] === undefined ? undefined : String(values['data-dir'])
  const parentPid = env['SIDECAR_PARENT_PID'] === undefined ? undefined : Number(env['SIDECAR_PARENT_PID'])
  return {
    ...{ complaints, dataDir, options, parentPid },
    durable: values['durable'] === true,
    nonce: env['SIDECAR_NONCE'] ?? 'none',
    faults: fault as string[],
  }
}

const launchFlags = {
  contract: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  'data-dir': { type: 'string' },
  'content-dir': { type: 'string' },
  scenario: { type: 'string' },
  fault: { type: 'string', multiple: true },
  seed: { type: 'string' },
  'keepalive-ms': { type: 'string' },
  'slow-request-ms': { type: 'string' },
  'no-token': { type: 'boolean' },
  durable: { type: 'boolean' },
} as const

function modelOf(env: NodeJS.ProcessEnv): Pick<MockOptions, 'model'> {
  const { SIDECAR_MODEL: name = 'default', SIDECAR_MODEL_API_KEY: apiKey = '', SIDECAR_MODEL_BASE_URL: baseUrl } = env
  return baseUrl === undefined ? {} : { model: { baseUrl, apiKey, name } }
}

async function resolve(names: readonly string[]): Promise<Fault[] | string> {
  try {
    return await Promise.all(names.map(findFault))
  } catch (error) {
    return (error as Error).message
  }
}

/** One line on stderr when a fault first does something, so that whoever switched it on sees that it fired. */
function sayHit(fault: string): void {
  process.stderr.write(`${JSON.stringify({ fault, fired: true })}\n`)
}

function say(message: string, code: number): number {
  process.stderr.write(`${message}\n`)
  return code
}

if (import.meta.main) {
  // Whoever started it may have left, or closed its end: that is no reason to die.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined)
  process.exitCode = await runMock(process.argv.slice(2), process.env)
  process.exit()
}
