// Plays a story as the events of a turn: opens and closes companion messages and consultations, ends with one terminal.
import { setTimeout as pause } from 'node:timers/promises'
import { cancelProblem } from './cancel-problem.ts'
import type { CancelReason, Message } from './store.ts'
import type { Consultation, ExpertAnswer, Experts, FinishReason, LateStory, Step, Story } from './story.ts'

/** Sends one event of the turn; the envelope is added by the receiver. */
export type SendMembers = (type: string, members?: Readonly<Record<string, unknown>>) => Promise<void> | undefined

export interface TurnContext {
  /** The earlier messages of the session, oldest first. */
  readonly history: readonly Message[]
  readonly message: string
  readonly story: Story | LateStory
  /** Aborts when the turn is cancelled; its reason is a CancelReason. */
  readonly cancelled: AbortSignal
  /** The experts that the story may ask. */
  readonly experts: Experts
  readonly newId: (kind: string) => string
  /** Called with all that the companion said just before `complete` is sent, so that whoever reads it finds the report grown. */
  readonly onFinished: (text: string) => void
}

/** Plays the turn to its end: `complete`, or `error` where the story fails or the turn is cancelled. */
export async function playTurn(context: TurnContext, send: SendMembers): Promise<void> {
  const { experts, history, message, story, cancelled, newId, onFinished } = context
  const said: string[] = []
  const answers: { consultation: Consultation; answer: ExpertAnswer }[] = []
  let messageId: string | undefined
  let text: string[] = []
  let ended = false

  await send('start')
  try {
    for await (const step of await story({ message, history, cancelled, experts, answers })) {
      cancelled.throwIfAborted()
      const pending = play(step)
      if (pending !== undefined) await pending
      if (ended) return
    }
    cancelled.throwIfAborted()
    throw new TypeError('the story stopped without an end')
  } catch (error) {
    if (!cancelled.aborted) throw error
    await send('error', { error: cancelProblem(cancelled.reason as CancelReason, 'turn') })
  }

  /** `undefined`: the step is played already, the usual case of a chunk that the socket takes. */
  function play(step: Step): Promise<void> | undefined {
    switch (step.kind) {
      case 'say':
        return typeof step.text === 'string' ? say(step.text) : sayAll(step.text)
      case 'pause':
        return pause(step.ms, undefined, { signal: cancelled })
      case 'consult':
        return consultAll(step.consultations)
      case 'fail':
        ended = true
        return send('error', { error: step.problem })
      case 'finish':
        ended = true
        return finish(step.reason)
    }
  }

  function say(delta: string): Promise<void> | undefined {
    messageId ??= newId('msg')
    text.push(delta)
    return send('companion_chunk', { message_id: messageId, delta })
  }

  /** Waits for nothing but the socket: a list of chunks costs less than as many steps. */
  async function sayAll(texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      cancelled.throwIfAborted()
      const pending = say(text)
      if (pending !== undefined) await pending
    }
  }

  async function finish(reason: FinishReason): Promise<void> {
    await closeMessage()
    onFinished(said.join('\n'))
    await send('complete', { finish_reason: reason })
  }

  async function closeMessage(): Promise<void> {
    if (messageId === undefined) return
    const whole = text.join('')
    said.push(whole)
    await send('companion_complete', { message_id: messageId, text: whole })
    messageId = undefined
    text = []
  }

  async function consultAll(consultations: readonly Consultation[]): Promise<void> {
    await closeMessage()
    await Promise.all(consultations.map(consult))
  }

  async function consult(consultation: Consultation): Promise<void> {
    const ids = { consultation_id: newId('con'), expert_id: consultation.expertId }
    await send('consultation_start', { ...ids, task: consultation.task })
    const answer = await consultation.work(cancelled)
    cancelled.throwIfAborted()
    answers.push({ consultation, answer })
    if ('problem' in answer) await send('consultation_error', { ...ids, error: answer.problem })
    else await send('consultation_complete', { ...ids, summary: answer.summary, run_ids: answer.runIds ?? [] })
  }
}
