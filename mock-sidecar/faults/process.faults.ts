// Ways in which a process starts, lives among others, and ends wrongly.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, readdirSync, writeFileSync, writeSync } from 'node:fs'
import { connect } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { newSession, operations } from '../../contracts/session/operations.ts'
import { type Fault, fault, type Obstacle } from './fault.ts'

/** Makes do with what it should refuse. */
function forgiving(id: string, says: string, what: Obstacle): Fault {
  return fault({ id, says, process: { forgives: [what] } })
}

export const movesElsewhere = forgiving(
  'process.moves-to-another-port',
  'Listens on another port where the one that it is given is taken, and says so only in the ready line.',
  'port',
)

export const guessesArguments = forgiving(
  'process.guesses-arguments',
  'Takes a port that is no number for any free one.',
  'arguments',
)

export const servesAnyContract = forgiving(
  'process.serves-any-contract',
  'Serves session/1 whatever contract is asked for.',
  'contract',
)

export const makesDoWithoutData = forgiving(
  'process.makes-do-without-data',
  'Starts with a data directory that cannot be used.',
  'data',
)

export const sharesData = forgiving(
  'process.shares-its-data-directory',
  'Starts with a data directory that another one uses.',
  'lock',
)

export const zeroOnFailure = fault({
  id: 'process.leaves-with-0-on-failure',
  says: 'Leaves with code 0 where it cannot start.',
  process: { failsWith: 0 },
})

export const oneOnFailure = fault({
  id: 'process.leaves-with-1-on-failure',
  says: 'Leaves with code 1 where it cannot start, whatever the reason.',
  process: { failsWith: 1 },
})

export const wrongPid = fault({
  id: 'process.wrong-pid',
  says: 'Names another pid in the ready line than its own.',
  process: { readyLines: (line) => [JSON.stringify({ ...(JSON.parse(line) as object), pid: process.ppid })] },
})

export const listensLate = fault({
  id: 'process.listens-late',
  says: 'Says that it is ready a second before it listens.',
  process: { listensLate: true },
})

export const ignoresParent = fault({
  id: 'process.ignores-parent-death',
  says: 'Stays when its parent has died.',
  process: { ignoresParentDeath: true },
})

export const ignoresSignals = fault({
  id: 'process.ignores-signals',
  says: 'Stays when a signal asks it to leave.',
  process: { ignoresSignals: true },
})

export const hangsOnSecondSignal = fault({
  id: 'process.hangs-on-a-second-signal',
  says: 'Never ends where a second signal comes while it stops.',
  process: { hangsOnSecondSignal: true },
})

export const leavesGrandchild = fault({
  id: 'process.leaves-a-grandchild',
  says: 'Leaves the processes of runs and kernels alive when it ends (for a minute).',
  execution: ['diesWithSidecar', 'endsKernels', 'killsGroup'],
  process: {},
})

let keeper: ChildProcess | undefined

export const grandchildKeepsPort = fault({
  id: 'process.grandchild-keeps-the-port',
  says: 'Starts a process that takes the port when it is killed (and keeps it for half a minute).',
  process: {},
  on: [operations.health.id],
  serve: (call, next, hit) => {
    if (keeper === undefined) {
      hit()
      keeper = spawn(process.execPath, ['-e', keepsPort, String(call.headers['host']).split(':')[1] ?? ''], {
        detached: true,
        stdio: 'ignore',
      })
      keeper.unref()
    }
    return next(call)
  },
})

/** Tries to listen until the port is free: so quick that nobody comes first. */
const keepsPort = `
  const { createServer } = require('node:net')
  const take = () => createServer().on('error', () => setTimeout(take, 1)).listen(Number(process.argv[1]), '127.0.0.1')
  take()
  setTimeout(() => process.exit(), 30_000)
`

export const leavesTemporaryFiles = fault({
  id: 'process.leaves-temporary-files',
  says: 'Unpacks itself into the temporary folder at each start, and leaves that there.',
  process: {
    async begins(_dataDir, hit) {
      hit()
      mkdtempSync(join(tmpdir(), '_MEI'))
      return undefined
    },
  },
})

/** Writes a line for each answer in the way of programs that wait until it is written. */
function logsTo(output: 1 | 2, id: string, says: string): Fault {
  return fault({
    id,
    says,
    process: {},
    head: (_head, hit, _streams, request) => {
      hit()
      try {
        writeAll(output, `${request.method} ${request.url}\n`)
      } catch {
        process.exit(1)
      }
    },
  })
}

/** Writes in one go, or waits for as long as the pipe is full. */
function writeAll(output: 1 | 2, text: string): void {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(output, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}

export const blocksOnStderr = logsTo(
  2,
  'process.blocks-on-unread-stderr',
  'Writes a line to stderr for each request, and waits until somebody reads it.',
)

export const diesOfStderr = logsTo(
  2,
  'process.dies-of-closed-stderr',
  'Writes a line to stderr for each request, and dies when nobody takes it.',
)

export const diesOfStdout = logsTo(
  1,
  'process.dies-of-closed-stdout',
  'Writes a line to stdout for each request, and dies when nobody takes it.',
)

export const asciiLocale = fault({
  id: 'process.ascii-where-the-locale-is',
  says: 'Writes ? for what is not ASCII where the locale says nothing of UTF-8.',
  process: {},
  frame: (frame, _event, hit) => {
    const locale = process.env['LC_ALL'] ?? process.env['LC_CTYPE'] ?? process.env['LANG'] ?? ''
    if (locale !== 'C' || /^[\x00-\x7f]*$/.test(frame)) return frame
    hit()
    return [...frame].map((letter) => (letter < '\x80' ? letter : '?')).join('')
  },
})

/** Answers 503 where the model does not answer. */
function asksModel(id: string, on: string): Fault {
  return fault({
    id,
    says: `Asks the model before it answers ${on}.`,
    process: {},
    on: [on],
    serve: async (call, next, hit) => {
      if (await modelAnswers()) return next(call)
      hit()
      const type = 'urn:sidecar:error:not-ready'
      const context = { phase: 'waiting for the model' }
      const body = { type, title: 'Not ready', status: 503, code: 'NOT_READY', detail: 'no model', retryable: true }
      return { status: 503, body: { ...body, context, retry_after_ms: 1_000 }, headers: { 'retry-after': '1' } }
    },
  })
}

export const healthAsksModel = asksModel('health.asks-the-model', operations.health.id)
export const readyAsksModel = asksModel('ready.asks-the-model', operations.ready.id)

async function modelAnswers(): Promise<boolean> {
  const { hostname, port } = new URL(process.env['SIDECAR_MODEL_BASE_URL'] ?? 'http://127.0.0.1:1/v1')
  const socket = connect({ host: hostname, port: Number(port) })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

export const usesProxy = fault({
  id: 'process.uses-the-proxy',
  says: 'Connects to the proxy of its environment.',
  process: {
    async begins(_dataDir, hit) {
      const proxy = process.env['HTTP_PROXY'] ?? process.env['http_proxy']
      if (proxy === undefined) return undefined
      hit()
      const socket = connect({ host: '127.0.0.1', port: Number(new URL(proxy).port) }).on('error', () => undefined)
      await once(socket, 'connect')
      socket.unref()
      return undefined
    },
  },
})

export const writesWhereItWorks = fault({
  id: 'process.writes-where-it-works',
  says: 'Writes a log into its working directory, if that is empty.',
  process: {
    async begins(_dataDir, hit) {
      if (readdirSync('.').length > 0) return undefined
      hit()
      writeFileSync('sidecar.log', 'started\n')
      return undefined
    },
  },
})

export const needsHome = fault({
  id: 'process.needs-its-home',
  says: 'Does not start where it cannot write in the home of its user.',
  process: {
    async begins(_dataDir, hit) {
      try {
        accessSync(homedir(), constants.W_OK)
        return undefined
      } catch {
        hit()
        return `no folder can be made in ${homedir()}`
      }
    },
  },
})

export const tellsLocalTime = fault({
  id: 'process.tells-local-time',
  says: 'Says when a session was opened in local time, with a Z behind it.',
  process: {},
  on: [newSession.id],
  body: (text, { status }, hit) => {
    const minutes = new Date().getTimezoneOffset()
    if (status !== 201 || minutes === 0) return text
    hit()
    const { created_at: at, ...others } = JSON.parse(text) as { created_at: string }
    return JSON.stringify({ ...others, created_at: new Date(Date.parse(at) - minutes * 60_000).toISOString() })
  },
})
