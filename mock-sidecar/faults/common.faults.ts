// Ways in which the four common operations and the process around them go wrong.
import { operations } from '../../contracts/session/operations.ts'
import { fault } from './fault.ts'

export const healthNeedsToken = fault({
  id: 'health.needs-a-token',
  says: 'Asks for the token at /health.',
  on: [operations.health.id],
  serve: (call, next, hit) => {
    if (call.headers['authorization'] !== undefined) return next(call)
    hit()
    const type = 'urn:sidecar:error:unauthenticated'
    const title = 'The token is missing or wrong'
    return {
      status: 401,
      body: { type, title, status: 401, code: 'UNAUTHENTICATED', detail: 'no token', retryable: false },
    }
  },
})

export const healthIsSomebodyElse = fault({
  id: 'health.changes-its-boot-id',
  says: 'Gives another boot_id at each request.',
  on: [operations.health.id],
  body: (text, _head, hit) => {
    hit()
    return JSON.stringify({ ...(JSON.parse(text) as object), boot_id: crypto.randomUUID() })
  },
})

export const healthWaits = fault({
  id: 'health.lacks-the-contract',
  says: 'Leaves the contract out of /health.',
  on: [operations.health.id],
  body: (text, _head, hit) => {
    hit()
    return JSON.stringify({ ...(JSON.parse(text) as object), contract: undefined })
  },
})

export const contractContradicts = fault({
  id: 'contract.contradicts-the-ready-line',
  says: 'Declares other capabilities at /api/contract than in the ready line.',
  on: [operations.contract.id],
  body: (text, _head, hit) => {
    hit()
    const body = JSON.parse(text) as { capabilities: object }
    return JSON.stringify({ ...body, capabilities: { ...body.capabilities, keepalive_ms: 14_999 } })
  },
})

export const readyWhileStopping = fault({
  id: 'ready.while-stopping',
  says: 'Says that it is ready although it is shutting down.',
  on: [operations.ready.id],
  serve: async (call, next, hit) => {
    try {
      return await next(call)
    } catch {
      hit()
      return { status: 200, body: { ready: true } }
    }
  },
})

export const shutdownIgnored = fault({
  id: 'shutdown.ignored',
  says: 'Answers 202 to /shutdown and stays.',
  on: [operations.shutdown.id],
  serve: (_call, _next, hit) => {
    hit()
    return { status: 202 }
  },
  process: { ignoresStdinEnd: true },
})

export const shutdownWith200 = fault({
  id: 'shutdown.answers-200',
  says: 'Answers 200 and a body to /shutdown.',
  on: [operations.shutdown.id],
  serve: async (call, next, hit) => {
    await next(call)
    hit()
    return { status: 200, body: { status: 'stopping' } }
  },
})

let asked = false

export const shutdownNotIdempotent = fault({
  id: 'shutdown.refuses-the-second',
  says: 'Answers the second /shutdown with 503.',
  on: [operations.shutdown.id],
  serve: async (call, next, hit) => {
    if (!asked) {
      asked = true
      return next(call)
    }
    hit()
    const type = 'urn:sidecar:error:shutting-down'
    const title = 'The sidecar is shutting down'
    const body = { type, title, status: 503, code: 'SHUTTING_DOWN', detail: 'already', retryable: true }
    return { status: 503, body, headers: { 'retry-after': '1' } }
  },
})

export const shutdownTakesWork = fault({
  id: 'shutdown.takes-new-work',
  says: 'Opens sessions while it shuts down.',
  on: [operations.newSession.id],
  lets: ['SHUTTING_DOWN'],
})

export const shutdownCutsStreams = fault({
  id: 'shutdown.cuts-streams',
  says: 'Leaves without ending the streams that are open.',
  on: [operations.streamMessage.id],
  events: (hit) => (event, send) => {
    const { context } = (event['error'] ?? {}) as { context?: { reason?: string } }
    if (context?.reason !== 'shutdown') return send(event)
    hit()
  },
})

export const failsOnStop = fault({
  id: 'process.stops-with-1',
  says: 'Leaves with code 1 when it is asked to stop.',
  process: { exitCode: 1 },
})

export const banner = fault({
  id: 'process.writes-a-banner',
  says: 'Writes a greeting to stdout before the ready line.',
  process: { banner: 'Welcome to the sidecar!' },
})

export const silentStart = fault({
  id: 'process.never-says-ready',
  says: 'Listens without a ready line.',
  process: { readyLines: () => [] },
})

export const wrongNonce = fault({
  id: 'process.wrong-nonce',
  says: 'Echoes another nonce than it was given.',
  process: { readyLines: (line) => [JSON.stringify({ ...(JSON.parse(line) as object), nonce: 'somebody-elses' })] },
})

export const wrongPort = fault({
  id: 'process.wrong-port',
  says: 'Names a port in the ready line on which nothing listens.',
  process: { readyLines: (line) => [JSON.stringify({ ...(JSON.parse(line) as object), port: 1 })] },
})

export const longReadyLine = fault({
  id: 'process.long-ready-line',
  says: 'Writes a ready line of more than 4096 bytes.',
  process: { readyLines: (line) => [JSON.stringify({ ...(JSON.parse(line) as object), padding: 'x'.repeat(5_000) })] },
})

export const talksOnStdout = fault({
  id: 'process.talks-on-stdout',
  says: 'Goes on writing to stdout after the ready line.',
  process: { readyLines: (line) => [line, 'INFO: started'] },
})

export const ignoresStdin = fault({
  id: 'process.ignores-stdin-end',
  says: 'Stays when its stdin ends.',
  process: { ignoresStdinEnd: true },
})

export const readyLies = fault({
  id: 'ready.says-no',
  says: 'Says `ready: false` with status 200.',
  on: [operations.ready.id],
  body: (text, head, hit) => {
    if (head.status !== 200) return text
    hit()
    return JSON.stringify({ ready: false })
  },
})

export const listensEverywhere = fault({
  id: 'process.listens-everywhere',
  says: 'Listens on every address of the machine.',
  process: { listens: '0.0.0.0' },
})

export const secondPort = fault({
  id: 'process.second-port',
  says: 'Opens a second port, as debuggers do.',
  process: { alsoListens: true },
})
