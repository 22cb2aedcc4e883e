// One exchange as it was on the wire, with monotonic times: what a transcript shows and what a failure quotes.
import type { RuleViolation } from './wire-rules.ts'

export interface Exchange {
  /** Counts from 1 within a check. */
  readonly number: number
  readonly operation: string | undefined
  readonly method: string
  readonly path: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody: string | undefined
  /** All times are milliseconds since the recorder began. */
  readonly sentAtMs: number
  status?: number
  responseHeaders?: Readonly<Record<string, string>>
  headAtMs?: number
  /** The body as it came, piece by piece. */
  readonly chunks: { readonly atMs: number; readonly text: string }[]
  endedAtMs?: number
  /** How it ended: the body was whole, the connection broke, the harness closed it. */
  ending?: 'whole' | 'broken' | 'closed-by-us' | 'no-answer'
  readonly violations: RuleViolation[]
}

export interface Recorder {
  readonly exchanges: readonly Exchange[]
  readonly violations: readonly RuleViolation[]
  /** Milliseconds since the recorder began. */
  nowMs(): number
  open(request: Pick<Exchange, 'operation' | 'method' | 'path' | 'requestHeaders' | 'requestBody'>): Exchange
}

/** Records the exchanges of one check. `secrets` never reach the record. */
export function newRecorder(secrets: readonly string[]): Recorder {
  const beganMs = performance.now()
  const exchanges: Exchange[] = []
  const nowMs = () => performance.now() - beganMs
  return {
    exchanges,
    get violations() {
      return exchanges.flatMap(({ violations }) => violations)
    },
    nowMs,
    open(request) {
      const requestHeaders = Object.fromEntries(
        Object.entries(request.requestHeaders).map(([name, value]) => [name, redact(value, secrets)]),
      )
      const number = exchanges.length + 1
      const exchange: Exchange = { ...request, number, requestHeaders, sentAtMs: nowMs(), chunks: [], violations: [] }
      exchanges.push(exchange)
      return exchange
    },
  }
}

/** Writes the exchange down for people: request, head, body with times, what was broken. */
export function formatExchange(exchange: Exchange): string {
  const { chunks, ending, method, number, path, requestBody, requestHeaders, sentAtMs } = exchange
  const ms = (atMs: number | undefined) =>
    atMs === undefined ? '' : `${(atMs - sentAtMs).toFixed(1).padStart(9)} ms  `
  const head = Object.entries(exchange.responseHeaders ?? {}).map(([name, value]) => `             < ${name}: ${value}`)
  return [
    `── exchange ${number}: ${method} ${path} (${sentAtMs.toFixed(1)} ms after the check began)`,
    ...Object.entries(requestHeaders).map(([name, value]) => `             > ${name}: ${value}`),
    ...(requestBody === undefined ? [] : [`             > ${clip(requestBody)}`]),
    exchange.status === undefined ? '             no answer' : `${ms(exchange.headAtMs)}< ${exchange.status}`,
    ...head,
    ...chunks.flatMap(({ atMs, text }) =>
      clip(text)
        .split('\n')
        .map((line, place) => `${place === 0 ? ms(atMs) : ' '.repeat(14)}${line}`),
    ),
    `${ms(exchange.endedAtMs)}${ending ?? 'open'}`,
    ...exchange.violations.map(
      ({ at, expected, received, rule }) => `  ✗ ${rule} at ${at}: expected ${expected}; received ${received}`,
    ),
  ].join('\n')
}

function clip(text: string): string {
  return text.length <= 2_000
    ? text
    : `${text.slice(0, 1_000)}\n… ${text.length - 2_000} characters …\n${text.slice(-1_000)}`
}

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, '<secret>'), text)
}
