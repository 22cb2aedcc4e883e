// The mock sidecar as a process, launched exactly like a real one: arguments, environment, ready line, stdin, parent, exit codes.
import { parseArgs } from 'node:util'
import type { Fault } from './faults/fault.ts'
import { findFault } from './faults/load-faults.ts'
import { misbehaviour } from './misbehaviour.ts'
import { type MockOptions, startMock } from './mock.ts'
import { watchParent } from './watch-parent.ts'

/** Runs the mock until it is asked to stop. Resolves with the exit code. */
export async function runMock(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const stopped = Promise.withResolvers<number>()
  const launch = readLaunch(argv, env)
  if (typeof launch === 'string') {
    process.stderr.write(`${launch}\n`)
    return launch.startsWith('contract') ? 78 : 64
  }
  const { nonce, options, parentPid } = launch
  const resolved = await resolve(launch.faults)
  if (typeof resolved === 'string') return say(resolved, 64)
  const faults: readonly Fault[] = resolved
  const broken = misbehaviour(faults, sayHit)
  if (broken.banner !== undefined) process.stdout.write(`${broken.banner}\n`)
  const stop = (code: number) => stopped.resolve(broken.exitCode(code))

  const mock = await start()
  if (typeof mock === 'number') return mock
  const line = JSON.stringify({
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
  for (const text of broken.readyLines(line)) process.stdout.write(`${text}\n`)

  const stdinEnds = () => broken.ignores('ignoresStdinEnd') || stop(0)
  process.stdin.once('end', stdinEnds).once('error', stdinEnds).resume()
  if (parentPid !== undefined) watchParent(parentPid, () => broken.ignores('ignoresParentDeath') || stop(0))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(0))
  const code = await stopped.promise
  process.stdin.pause()
  await mock.close()
  return code

  async function start() {
    const onShutdown = () => {
      if (!broken.ignores('ignoresShutdown')) setTimeout(() => stop(0), shutdownGraceMs)
    }
    const onBroken = (message: string) => {
      process.stderr.write(`the mock broke its own contract: ${message}\n`)
      stopped.resolve(70)
    }
    const host = broken.listens()
    const elsewhere = host === undefined ? {} : { host }
    try {
      await broken.openPorts()
      return await startMock({ ...options, ...elsewhere, faults, onShutdown, onBroken, onFirstHit: sayHit })
    } catch (error) {
      if (error instanceof RangeError) return say(error.message, 64)
      if ((error as NodeJS.ErrnoException).syscall !== 'listen') throw error
      return say(
        `port ${options.port} cannot be had: ${(error as Error).message}; choose another, or 0 for any free one`,
        69,
      )
    }
  }
}

/** After `/shutdown` the listener stays this long, so that a second request is answered rather than refused. */
const shutdownGraceMs = 250

/** What was asked for on the command line and in the environment; a text says what is wrong with it. */
function readLaunch(argv: readonly string[], env: NodeJS.ProcessEnv) {
  let values: Record<string, string | boolean | string[] | undefined>
  try {
    values = parseArgs({ args: [...argv], options: launchFlags }).values
  } catch (error) {
    return `bad arguments: ${(error as Error).message}`
  }
  const { contract = 'session/1', fault = [], host = '127.0.0.1', port = '0', scenario, seed } = values
  if (contract !== 'session/1') return `contract ${contract} is not served; session/1 is`
  if (host !== '127.0.0.1') return `bad arguments: --host must be 127.0.0.1; received ${host}`
  if (!/^\d{1,5}$/.test(String(port)) || Number(port) > 65_535)
    return `bad arguments: --port must be 0 to 65535; received ${port}`
  const options: MockOptions = {
    port: Number(port),
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
    ...(values['keepalive-ms'] === undefined ? {} : { keepaliveMs: Number(values['keepalive-ms']) }),
    ...modelOf(env),
  }
  const parentPid = env['SIDECAR_PARENT_PID'] === undefined ? undefined : Number(env['SIDECAR_PARENT_PID'])
  return { options, nonce: env['SIDECAR_NONCE'] ?? 'none', parentPid, faults: fault as string[] }
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
  'no-token': { type: 'boolean' },
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
  process.stdout.on('error', () => undefined)
  process.exitCode = await runMock(process.argv.slice(2), process.env)
  process.exit()
}
