// What checks of chat turns begin with: a session, a message under a script, a turn that shows every kind of event.

import { bounds } from '../../contracts/session/bounds.ts'
import { program } from '../../fixtures/programs/programs.ts'
import { within } from '../../harness/client/patience.ts'
import type { StreamExchange } from '../../harness/client/stream-exchange.ts'
import type { ModelCall } from '../../harness/model/call-record.ts'
import { callTool, finish, type ModelScript, type Reply, say } from '../../harness/model/script.ts'
import type { Scripted } from '../../harness/model/scripted.ts'
import { control, expectThat } from '../expect.ts'
import type { SessionContext } from './context.ts'

type Turn = Awaited<ReturnType<SessionContext['client']['streamMessage']>>

/** What can be said of a stream whatever its grammar. */
export type AnyStream = Pick<StreamExchange, 'ended' | 'events' | 'exchange' | 'first' | 'leave' | 'moreBytes'>

export interface ScriptedTurn {
  readonly sessionId: string
  readonly script: Scripted
  readonly turn: Turn
}

/** Opens a session; resolves with its id. */
export async function openSession({ client }: Pick<SessionContext, 'client'>): Promise<string> {
  const { body, exchange } = await client.newSession({})
  const at = `exchange ${exchange.number}: ${exchange.method} ${exchange.path}`
  expectThat(typeof body.session_id === 'string', 'a session with its session_id', JSON.stringify(body), at)
  return body.session_id
}

/** Sends a message that the model answers by `script`, in a session of its own unless one is named. */
export async function sendScripted(
  context: Pick<SessionContext, 'client' | 'model'>,
  script: ModelScript | Reply,
  options: { sessionId?: string; text?: string; clientMessageId?: string } = {},
): Promise<ScriptedTurn> {
  const { client, model } = context
  const { clientMessageId, sessionId = await openSession(context), text = 'Please answer.' } = options
  const scripted = model.script(script)
  const message = scripted.message(text)
  const turn = await client.streamMessage(
    { session_id: sessionId },
    { message, ...(clientMessageId === undefined ? {} : { client_message_id: clientMessageId }) },
  )
  return { sessionId, script: scripted, turn }
}

/** Waits until the model has been asked and plays the n-th `hold()` of the script: a control, since only then there is something to judge. */
export function reachedHold(
  { patience }: Pick<SessionContext, 'patience'>,
  script: Scripted,
  n = 1,
): Promise<ModelCall> {
  const waitMs = patience.stretch(bounds.answerMs)
  return control(async () => {
    const call = await within(waitMs, script.held(n))
    const asked = `${script.calls.length} calls of the model within ${Math.round(waitMs)} ms`
    expectThat(call !== undefined, 'the model asked what the message says', asked)
    return call
  })
}

/** The expert that scripts ask: the first that the sidecar declares. */
export function anyExpert({ capabilities }: Pick<SessionContext, 'capabilities'>): string {
  return capabilities.expert?.ids[0] ?? 'no-expert'
}

/** Skips where the sidecar declares no expert. */
export function needsExpert(capabilities: Readonly<Record<string, unknown>>): string | undefined {
  const { ids = [] } = (capabilities['expert'] ?? {}) as { ids?: readonly string[] }
  return ids.length === 0 ? 'the sidecar declares no expert (`expert.ids`)' : undefined
}

/** The model asks an expert to run one of our programs. */
export function consult(expertId: string, programName: string, task = 'Please work this out.') {
  return callTool('consult_expert', { expert_id: expertId, task, code: program(programName).code })
}

/** A turn with text in several chunks, then, where there is an expert, one that answers and one that fails, then more text. */
export function typicalScript(context: Pick<SessionContext, 'capabilities'>): ModelScript {
  const words = [say('Let ', 'me ', 'think.')]
  if (needsExpert(context.capabilities) !== undefined) return [[...words, say(' That ', 'is all.'), finish()]]
  const expert = anyExpert(context)
  return [
    [...words, consult(expert, 'prints-forty-two'), consult(expert, 'raises-value-error')],
    [say('One expert ', 'answered, ', 'one did not.'), finish()],
  ]
}

/** Expects that a stream came to an end of its own accord: one that was given up shows nothing. Waits for the end. */
export async function mustBeOver(stream: Pick<AnyStream, 'ended' | 'events' | 'exchange'>): Promise<void> {
  const terminal = await stream.ended()
  const { events, exchange } = stream
  const isOver = terminal !== undefined || exchange.ending !== 'closed-by-us'
  expectThat(isOver, 'a stream that ends', `${events.length} events and no end`, `exchange ${exchange.number}`)
}

/** Expects these texts on the wire of a stream, however badly it is framed. */
export function mustCarry({ exchange }: Pick<AnyStream, 'exchange'>, texts: readonly string[]): void {
  const wire = exchange.chunks.map(({ text }) => text).join('')
  const missing = texts.filter((text) => !wire.includes(text))
  const at = `exchange ${exchange.number}`
  expectThat(missing.length === 0, `a stream that carries ${texts.join(', ')}`, `no ${missing.join(', no ')}`, at)
}

/** The texts of all chunks up to the terminal event, joined. */
export function saidIn({ events }: Turn): string {
  return beforeEnd(events)
    .map((event) => (event.type === 'companion_chunk' ? event.delta : ''))
    .join('')
}

/** The whole texts up to the terminal event, joined. */
export function wholeTextsIn({ events }: Turn): string {
  return beforeEnd(events)
    .map((event) => (event.type === 'companion_complete' ? event.text : ''))
    .join('')
}

function beforeEnd(events: Turn['events']): Turn['events'] {
  const end = events.findIndex(({ type }) => type === 'complete' || type === 'error')
  return end === -1 ? events : events.slice(0, end)
}

/** The id of a turn, from its first event: a control, since without it nothing can be said of the turn. */
export function turnIdOf({ first }: Pick<Turn, 'first'>): Promise<string> {
  return control(async () => {
    const { turn_id: id, type } = await first()
    expectThat(typeof id === 'string', 'a turn_id on the first event', `\`${type}\` without one`)
    return id
  })
}

/** The code of a problem; `undefined` where the body is none. */
export function codeOf(body: unknown): unknown {
  return (body as { code?: unknown } | null | undefined)?.code
}
