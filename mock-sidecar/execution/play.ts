// Plays the outcome of one program: what it prints, how long it takes, how it ends. No code is run.
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { Outcome } from '../../fixtures/programs/outcome.ts'
import { type Captured, capture } from './capture.ts'
import { awaitFate, type Ending, exception, killed, type OwnEnd } from './fate.ts'
import type { Limits } from './limits.ts'
import type { Rope } from './rope.ts'
import type { Keeps } from './rules.ts'
import { fill, printedBy, UnknownName, type World } from './world.ts'

export type StreamName = 'stdout' | 'stderr'

/** Where the events of what is played go. */
export interface Stage {
  print(stream: StreamName, text: string): void
  truncated(stream: StreamName | 'display', droppedBytes: number): void
  /** In cells: what it displays, and its result. Gives the number of bytes that were dropped. */
  show?(outcome: Outcome, world: World): Promise<void>
}

export interface Performance {
  readonly outcome: Outcome
  /** The end that the outcome states for this place. */
  readonly own: OwnEnd
  readonly world: World
  readonly limits: Limits
  readonly stage: Stage
  readonly keeps: Keeps
  /** Aborts when it is ended from outside; the reason is the Ending. */
  readonly stopped: AbortSignal
}

export interface Played {
  readonly ending: Ending
  readonly stdout: Captured
  readonly stderr: Captured
  readonly wallMs: number
}

/** Plays it to its end. */
export async function play(performed: Performance): Promise<Played> {
  const startedMs = performance.now()
  const { keeps, limits, stage } = performed
  const { failure, stderr: err, stdout: out } = await act(performed)
  const captured = {
    stdout: capture(out, limits.output_bytes, keeps),
    stderr: capture(err, limits.output_bytes, keeps),
  }
  const { ending, printed } = await untilTheEnd(performed, failure, captured)
  const stdout = cutTo(printed.stdout, captured.stdout)
  const stderr = cutTo(printed.stderr, captured.stderr)
  for (const [name, { droppedBytes, tail }] of [
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const) {
    if (droppedBytes > 0) stage.truncated(name, droppedBytes)
    for (const text of inPieces(tail)) stage.print(name, text)
  }
  return { ending, stdout, stderr, wallMs: performance.now() - startedMs }
}

/** What was not printed before the end is no output. */
function cutTo(printed: string, captured: Captured): Captured {
  if (printed.length === captured.head.length) return captured
  return { ...captured, head: printed, tail: '', bytesTotal: Buffer.byteLength(printed), droppedBytes: 0 }
}

interface Acted {
  readonly stdout: Rope
  readonly stderr: Rope
  /** An exception on the way. */
  readonly failure?: Ending
}

/** Does what the program does to its world, and finds what it prints. */
async function act(performed: Performance): Promise<Acted> {
  const { keeps, outcome, world } = performed
  try {
    for (const [name, text] of Object.entries(outcome.writes ?? {})) world.workspace.files.set(name, fill(text, world))
    const dared = await dare(outcome, world, keeps)
    const stdout = printedBy(dared ?? outcome.stdout, world)
    const stderr = printedBy(outcome.stderr, world)
    if (outcome.result !== undefined) fill(outcome.result, world)
    return { stdout, stderr }
  } catch (error) {
    if (!(error instanceof UnknownName)) throw error
    const failure = exception('NameError', `name '${error.message}' is not defined`)
    return { stdout: [], stderr: [], failure: { status: 'error', reason: 'exception', code: 1, error: failure } }
  }
}

/** Tries what no code may do; gives what is printed where it could. */
async function dare({ connectsTo, overwrites }: Outcome, world: World, keeps: Keeps): Promise<string | undefined> {
  if (overwrites !== undefined && world.workspaces.write(fill(overwrites, world), 'overwritten', world.workspace))
    return 'overwritten\n'
  if (connectsTo === undefined || keeps('deniesNetwork')) return undefined
  const { reaches } = await import('./reaches.ts')
  return (await reaches(Number(fill(connectsTo, world)))) ? 'connected\n' : undefined
}

interface Ended {
  readonly ending: Ending
  readonly printed: Printed
}

type Printed = Record<StreamName, string>

/** Prints and shows, then waits. What ends it from outside may come at any time. */
async function untilTheEnd(
  { keeps, limits, outcome, own, stage, stopped, world }: Performance,
  failure: Ending | undefined,
  captured: Readonly<Record<StreamName, Captured>>,
): Promise<Ended> {
  const fate = failure === undefined ? awaitFate(outcome, own, limits, keeps, stopped) : Promise.resolve(failure)
  const over = fate.then(ignore, ignore)
  const { stderr, stdout } = captured
  const printed = await printBoth(stage, stdout.head, stderr.head, outcome.everyMs, over)
  try {
    if (failure === undefined && !stopped.aborted) await stage.show?.(outcome, world)
    stopped.throwIfAborted()
    const isCut = stdout.droppedBytes + stderr.droppedBytes > 0
    return { printed, ending: isCut && !keeps('survivesOutput') ? killedByUs : await fate }
  } catch (error) {
    if (!stopped.aborted) throw error
    return { printed, ending: stopped.reason as Ending }
  }
}

function ignore(): void {}

const killedByUs: Ending = { status: 'killed', reason: 'signal', ...killed, signal: 'SIGKILL' }

/**
 * Line by line, one output after the other in turn; long texts in larger pieces. Lets others go on in between.
 * With `everyMs` it stops where all is over.
 */
async function printBoth(
  stage: Stage,
  out: string,
  err: string,
  everyMs: number | undefined,
  over: Promise<void>,
): Promise<Printed> {
  const texts = { stdout: inPieces(out), stderr: inPieces(err) }
  const printed = { stdout: '', stderr: '' }
  for (let place = 0; place < Math.max(texts.stdout.length, texts.stderr.length); place += 1) {
    if (everyMs !== undefined && place > 0 && (await isOverWithin(over, everyMs))) break
    for (const name of ['stdout', 'stderr'] as const) {
      const text = texts[name][place]
      if (text === undefined) continue
      stage.print(name, text)
      printed[name] += text
    }
    if (place % 64 === 63) await nextTurn()
  }
  return printed
}

async function isOverWithin(over: Promise<void>, waitMs: number): Promise<boolean> {
  const waited = new AbortController()
  const pausing = pause(waitMs, false, { signal: waited.signal })
  const isOver = await Promise.race([over.then(() => true), pausing])
  waited.abort()
  pausing.catch(ignore)
  return isOver
}

/** A text in lines, or in pieces of at most 64 Ki characters where it is long; no character is cut. */
function inPieces(text: string): readonly string[] {
  if (text.length <= longCharacters) return text.match(/[^\n]*\n|[^\n]+/g) ?? []
  const pieces: string[] = []
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + pieceCharacters, text.length)
    if (isHighSurrogate(text.charCodeAt(to - 1)) && to < text.length) to += 1
    pieces.push(text.slice(from, to))
    from = to
  }
  return pieces
}

const longCharacters = 4_096
const pieceCharacters = 64 * 1024

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00
}
