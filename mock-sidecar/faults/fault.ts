// A fault: one named way to break the contract. Everything the mock does passes through the active faults last,
// after the mock has judged itself, so that nothing but a fault can break the contract.
import type { IncomingMessage } from 'node:http'
import type { StreamEvent } from '../../contracts/core/grammar.ts'
import type { ProblemCode } from '../../contracts/core/problem-codes.ts'
import type { ExecutionRule } from '../execution/rules.ts'
import type { Call, Reply } from '../server/call.ts'

/** Says that the fault did something; a fault that never fired proves nothing. */
export type Hit = () => void

/** The head of an answer, before it is written. */
export interface Head {
  status: number
  headers: Record<string, string>
}

export interface Fault {
  /** Permanent id: what it breaks, then how: `turn.ends-twice`. */
  readonly id: string
  /** One sentence for whoever switches it on. */
  readonly says: string
  /** The operations it touches, by id. Default: all. */
  readonly on?: readonly string[]
  /** Answers in place of the operation, or around it. */
  readonly serve?: (call: Call, next: (call: Call) => Promise<Reply>, hit: Hit) => Promise<Reply> | Reply
  /** Changes the head of an answer. `streams` says whether a stream follows. */
  readonly head?: (head: Head, hit: Hit, streams: boolean, request: IncomingMessage) => void
  /** Changes the body of an answer that is not a stream. */
  readonly body?: (text: string, head: Readonly<Head>, hit: Hit) => string
  /** Changes head and body of an answer that is not a stream together; the text it gives is the body. */
  readonly rewrites?: (head: Head, text: string, hit: Hit) => string
  /** For each stream: takes each event, passes on what shall be sent. */
  readonly events?: (hit: Hit) => (event: StreamEvent, send: (event: StreamEvent) => void) => void
  /** Changes the bytes of one event. */
  readonly frame?: (frame: string, event: StreamEvent, hit: Hit) => string | Uint8Array
  /** Changes a keep-alive comment; an empty string sends none. */
  readonly comment?: (comment: string, hit: Hit) => string
  /** Ends the body, or does not. */
  readonly close?: (close: () => void, hit: Hit) => void
  /** Whether the connection is closed in place of this answer. */
  readonly cuts?: (head: Readonly<Head>, hit: Hit) => boolean
  /** Refusals that are left out: a request that deserves one of these codes, or one that the function picks, is let through. */
  readonly lets?: readonly ProblemCode[] | ((code: ProblemCode, request: IncomingMessage) => boolean)
  /** Rules of running code that are switched off; `execution/rules.ts` says what each comes to. The fault fires where a rule would have acted. */
  readonly execution?: readonly ExecutionRule[]
  /** Never gives up on a request whose head, or whose body, trickles in. */
  readonly waitsFor?: 'heads' | 'bodies'
  /** Takes so many connections at once and no more. */
  readonly maxConnections?: number
  /** Misbehaviour of the process itself. */
  readonly process?: ProcessFault
}

/** What a process may do wrong around the contract's traffic. */
export interface ProcessFault {
  /** Changes what is written to stdout when the socket listens; an empty list writes nothing. */
  readonly readyLines?: (line: string) => readonly string[]
  /** Does not leave when stdin ends. */
  readonly ignoresStdinEnd?: true
  /** Does not leave when the parent dies. */
  readonly ignoresParentDeath?: true
  /** Answers `/shutdown` and stays. */
  readonly ignoresShutdown?: true
  /** Leaves with this code when asked to stop. */
  readonly exitCode?: number
  /** Listens on this address in place of 127.0.0.1. */
  readonly listens?: string
  /** Opens a second port on loopback. */
  readonly alsoListens?: true
  /** Spoils the data directory before the ready line. */
  readonly spoilsData?: (folder: string, token: string) => Promise<void>
  /** Writes this to stdout before anything else. */
  readonly banner?: string
  /** Stays when a signal asks it to leave. */
  readonly ignoresSignals?: true
  /** Never ends once a second signal has come. */
  readonly hangsOnSecondSignal?: true
  /** Says that it is ready, and listens a while later. */
  readonly listensLate?: true
  /** Makes do with these in place of refusing to start. */
  readonly forgives?: readonly Obstacle[]
  /** The exit code where it refuses to start. */
  readonly failsWith?: number
  /** Does this before it listens; a text says why it then refuses to start, as if its data directory were unusable. */
  readonly begins?: (dataDir: string, hit: Hit) => Promise<string | undefined>
  /** Its boot_id, made from the name of its data directory. */
  readonly bootId?: (dataDir: string) => string
  /** Declares `sessions.durable`: `kept` keeps sessions in its data directory, `claimed` does not. */
  readonly durable?: 'kept' | 'claimed'
}

/** Why a sidecar does not start: wrong arguments, a contract that it does not serve, a data directory that is unusable or in use, a port that is taken. */
export type Obstacle = 'arguments' | 'contract' | 'data' | 'lock' | 'port'

/** Declares a fault. */
export function fault(value: Fault): Fault {
  return value
}
