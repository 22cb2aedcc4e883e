// One script that was handed to the server: which reply comes next, who asked, and its holds.
import type { ModelCall } from './call-record.ts'
import { newMarker } from './choose-script.ts'
import { gate } from './gate.ts'
import { playable } from './playable.ts'
import type { ModelScript, Reply, Step } from './script.ts'
import { type Sequence, sequence, type WaitOptions } from './sequence.ts'

export interface Scripted {
  /** Chooses this script wherever it stands in the last user message. */
  readonly marker: string
  /** The text with the marker behind it: what to send as the user's message. */
  message(text: string): string
  /** The calls that this script answered, in order of arrival. */
  readonly calls: readonly ModelCall[]
  /**
   * The n-th of these calls (default the first) as soon as it has arrived.
   * @throws Error when the signal aborts, or the server is closed, first
   */
  called(n?: number, options?: WaitOptions): Promise<ModelCall>
  /** The call that is the n-th (default the first) to reach a `hold()`: all that stands before it has been sent. Throws as `called` does. */
  held(n?: number, options?: WaitOptions): Promise<ModelCall>
  /** Lets one hold go: one that waits or, where none does, the next one. */
  release(): void
}

/** The server's side of a script. */
export interface Player {
  readonly scripted: Scripted
  readonly calls: Sequence<ModelCall>
  nextReply(): Reply
  hold(call: ModelCall, gone: AbortSignal): Promise<void>
  close(why: string): void
}

export function player(script: ModelScript | Reply): Player {
  const replies = playable(script)
  const marker = newMarker()
  const calls = sequence<ModelCall>(`calls of the model with the marker ${marker} in the last user message`)
  const holds = sequence<ModelCall>(`holds of the script ${marker}`)
  const holdGate = gate()
  let position = 0

  return {
    scripted: {
      marker,
      message: (text) => `${text} ${marker}`,
      calls: calls.items,
      called: (n = 1, options) => calls.nth(n, options),
      held: (n = 1, options) => holds.nth(n, options),
      release: holdGate.release,
    },
    calls,
    nextReply() {
      const reply = replies[Math.min(position, replies.length - 1)] ?? []
      if (!isFailure(reply)) position += 1
      return reply
    },
    hold(call, gone) {
      holds.push(call)
      return holdGate.pass(gone)
    },
    close(why) {
      calls.close(why)
      holds.close(why)
    },
  }
}

const failures: readonly Step['step'][] = ['fail', 'disconnect', 'endEarly', 'silence']

/** Failures are sticky: clients retry, and must meet the same failure each time. Raw bytes need not be one (`: comment`). */
function isFailure(reply: Reply): boolean {
  return reply.some(({ step }) => failures.includes(step))
}
