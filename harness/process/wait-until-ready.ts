// Waits for the ready line (contract, "Launch": the first line of stdout) and judges it. What is wrong with it is the sidecar's doing, so it is a value, not an error.
import { z } from 'zod'
import type { Tail } from './byte-tail.ts'
import { type Clock, settlesWithin, systemClock } from './clock.ts'
import type { Exit, LaunchedProcess } from './launched-process.ts'
import type { Line } from './line-log.ts'

export interface ReadyOptions<R> {
  /** Reads the line; throws (a ZodError, for instance) where it breaks the contract. */
  parseReady: (line: string) => R
  /** What the line must echo. Leave it out for a contract without one (backend/1). */
  nonce?: string
  /** Default 60 000 (contract, "Bounds"; a bundle may declare less). */
  withinMs?: number
  /** Gives up waiting; the wait then rejects with the signal's reason. The process goes on. */
  signal?: AbortSignal
  clock?: Clock
}

export type LineProblem = 'too-long' | 'unfinished' | 'not-utf8' | 'not-ready' | 'wrong-nonce'

/** Each failure carries one sentence for people (`detail`) and the end of stderr. */
export type ReadyVerdict<R> =
  | { kind: 'ready'; ready: R; line: Line; afterMs: number }
  | { kind: 'exited'; exit: Exit; stderr: Tail; detail: string }
  | { kind: 'timeout'; withinMs: number; pending: { text: string; bytes: number }; stderr: Tail; detail: string }
  | { kind: 'bad-line'; problem: LineProblem; line: Line; stderr: Tail; detail: string }

/** Contract, "Launch". */
const MAX_READY_BYTES = 4096
/** What a process wrote before it ended may still be in its pipes; a grandchild may hold these open for ever. */
const DRAIN_WITHIN_MS = 250

/** @throws only the signal's reason */
export async function waitUntilReady<R extends { nonce?: string | undefined }>(
  launched: LaunchedProcess,
  options: ReadyOptions<R>,
): Promise<ReadyVerdict<R>> {
  const { withinMs = 60_000, clock = systemClock, signal } = options
  signal?.throwIfAborted()
  const giveUp = new AbortController()
  const abort = () => giveUp.abort(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const outcome = firstLineOrExit(launched, giveUp.signal, clock)
    if (!(await settlesWithin(outcome, withinMs, clock))) return timedOut(launched, withinMs)
    const first = await outcome
    return 'text' in first ? judge(launched, first, options) : leftEarly(launched, first)
  } finally {
    signal?.removeEventListener('abort', abort)
    giveUp.abort()
  }
}

/** A line that was written is judged, even if the process has ended since: what it said matters more than that it left. */
async function firstLineOrExit(launched: LaunchedProcess, giveUp: AbortSignal, clock: Clock): Promise<Line | Exit> {
  const exit = launched.exited.then(async (seen) => {
    await settlesWithin(launched.outputEnded, DRAIN_WITHIN_MS, clock)
    return launched.lines[0] ?? seen
  })
  const gaveUp = new Promise<never>((_, reject) => {
    giveUp.addEventListener('abort', () => reject(giveUp.reason), { once: true })
  })
  const line = await Promise.race([launched.nextLine(giveUp), exit, gaveUp])
  return line ?? (await Promise.race([exit, gaveUp]))
}

function judge<R extends { nonce?: string | undefined }>(
  launched: LaunchedProcess,
  line: Line,
  { parseReady, nonce }: ReadyOptions<R>,
): ReadyVerdict<R> {
  const bad = (problem: LineProblem, received: string): ReadyVerdict<R> => ({
    kind: 'bad-line',
    problem,
    line,
    stderr: launched.stderrTail(),
    detail: `Expected the first line of stdout to be the ready line, received ${received}. Write nothing before it; all else goes to stderr.`,
  })
  if (line.bytes > MAX_READY_BYTES) return bad('too-long', `${line.bytes} bytes, ${MAX_READY_BYTES} at most`)
  if (!line.complete) return bad('unfinished', `${quote(line.text)} without a line feed at its end`)
  if (!line.validUtf8) return bad('not-utf8', `bytes that are not UTF-8: ${quote(line.text)}`)
  try {
    const ready = parseReady(line.text)
    if (nonce !== undefined && ready.nonce !== nonce) {
      return bad('wrong-nonce', `the nonce ${quote(String(ready.nonce))} where ${quote(nonce)} was given`)
    }
    return { kind: 'ready', ready, line, afterMs: line.atMs - launched.startedAtMs }
  } catch (error) {
    return bad('not-ready', `${quote(line.text)} (${reason(error)})`)
  }
}

function leftEarly(launched: LaunchedProcess, exit: Exit): ReadyVerdict<never> {
  const how = exit.signal ? `signal ${exit.signal}` : `code ${exit.code}`
  const stderr = launched.stderrTail()
  const said = stderr.text.trim().split('\n').at(-1)
  const detail = `Expected a ready line, received an exit with ${how}${said ? ` (its last words: ${quote(said)})` : ''}. Read its stderr.`
  return { kind: 'exited', exit, stderr, detail }
}

function timedOut(launched: LaunchedProcess, withinMs: number): ReadyVerdict<never> {
  const pending = launched.pendingStdout()
  const came = pending.bytes > 0 ? `${quote(pending.text)} without a line feed` : 'nothing on stdout'
  const detail = `Expected a ready line within ${withinMs} ms, received ${came}. Flush stdout after the line; a pipe is not flushed by itself.`
  return { kind: 'timeout', withinMs, pending, stderr: launched.stderrTail(), detail }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text)
}

function reason(error: unknown): string {
  const message = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : error
  return String(message).replace(/\s+/g, ' ').slice(0, 300)
}
