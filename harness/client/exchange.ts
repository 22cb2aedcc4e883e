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
  /** One more secret, such as the token of a sidecar that the check starts. */
  hide(secret: string): void
  /** `leave` is called when the recorder closes: streams that are still open then are left. */
  whenClosed(leave: () => void): void
  /** The check is over: what it left open is closed and judged as far as it came; secrets go from all that was recorded. */
  close(): void
  open(request: Pick<Exchange, 'operation' | 'method' | 'path' | 'requestHeaders' | 'requestBody'>): Exchange
}

/** Records the exchanges of one check. `secrets` are not recorded where the harness sends them, and go from what it received at `close`. */
export function newRecorder(secrets: readonly string[]): Recorder {
  const beganMs = performance.now()
  const exchanges: Exchange[] = []
  const nowMs = () => performance.now() - beganMs
  const hidden = new Set(secrets.filter((secret) => secret !== ''))
  const redact = (text: string) => [...hidden].reduce((text, secret) => text.replaceAll(secret, '<secret>'), text)
  const open: (() => void)[] = []
  let closed = false
  return {
    exchanges,
    get violations() {
      return exchanges.flatMap(({ violations }) => violations)
    },
    nowMs,
    hide(secret) {
      if (secret !== '') hidden.add(secret)
    },
    whenClosed: (leave) => (closed ? leave() : void open.push(leave)),
    close() {
      closed = true
      for (const leave of open.splice(0)) leave()
      for (const exchange of exchanges) hideSecrets(exchange, redact)
    },
    open({ method, operation, path, requestBody, requestHeaders }) {
      const exchange: Exchange = {
        number: exchanges.length + 1,
        operation,
        method,
        path: redact(path),
        requestHeaders: mapValues(requestHeaders, redact),
        requestBody: requestBody === undefined ? undefined : redact(requestBody),
        sentAtMs: nowMs(),
        chunks: [],
        violations: [],
      }
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
    ...firstAndLast(chunks).flatMap((chunk) => {
      const { atMs, text } = typeof chunk === 'number' ? { atMs: undefined, text: `… ${chunk} pieces …` } : chunk
      return clip(text)
        .split('\n')
        .map((line, place) => `${place === 0 && atMs !== undefined ? ms(atMs) : ' '.repeat(14)}${line}`)
    }),
    `${ms(exchange.endedAtMs)}${ending ?? 'open'}`,
    ...exchange.violations.map(
      ({ at, expected, received, rule }) => `  ✗ ${rule} at ${at}: expected ${expected}; received ${received}`,
    ),
  ].join('\n')
}

/** A stream that talked for ever is shown by its beginning and its end; a number stands for what is left out. */
function firstAndLast<T>(items: readonly T[]): readonly (T | number)[] {
  return items.length <= 300 ? items : [...items.slice(0, 150), items.length - 300, ...items.slice(-150)]
}

function clip(text: string): string {
  return text.length <= 2_000
    ? text
    : `${text.slice(0, 1_000)}\n… ${text.length - 2_000} characters …\n${text.slice(-1_000)}`
}

/** A secret that came in two pieces is not found. */
function hideSecrets(exchange: Exchange, redact: (text: string) => string): void {
  const { chunks, responseHeaders, violations } = exchange
  for (const [place, { atMs, text }] of chunks.entries()) chunks[place] = { atMs, text: redact(text) }
  for (const [place, seen] of violations.entries()) violations[place] = { ...seen, received: redact(seen.received) }
  if (responseHeaders !== undefined) exchange.responseHeaders = mapValues(responseHeaders, redact)
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
