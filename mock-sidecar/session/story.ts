// What happens in a turn, told as steps: by a scenario, or by a language model that the mock asks.
import type { Problem } from '../../contracts/core/problem.ts'
import type { Keeps } from '../execution/rules.ts'
import type { ExpertRun } from '../execution/turn-runs.ts'

export type Step =
  /** The companion says this: one `companion_chunk`, or one for each text of a list. */
  | { readonly kind: 'say'; readonly text: string | readonly string[] }
  /** Nothing happens for a while. */
  | { readonly kind: 'pause'; readonly ms: number }
  /** Experts are asked, side by side; the story goes on when all have answered. */
  | { readonly kind: 'consult'; readonly consultations: readonly Consultation[] }
  /** The turn fails. */
  | { readonly kind: 'fail'; readonly problem: Problem }
  /** The turn ends well. */
  | { readonly kind: 'finish'; readonly reason: FinishReason }

export type FinishReason = 'stop' | 'length' | 'content_filter' | 'tool_limit' | 'other'

export interface Consultation {
  readonly expertId: string
  readonly task: string
  /** Works until the expert answers; aborting `cancelled` stops it. */
  readonly work: (cancelled: AbortSignal) => Promise<ExpertAnswer>
}

export type ExpertAnswer =
  | { readonly summary: string; readonly runIds?: readonly string[] }
  | { readonly problem: Problem }

/** The experts of the sidecar, and how one runs code. */
export interface Experts {
  readonly ids: readonly string[]
  readonly tools: readonly string[]
  /** Runs code in the lane of an expert; aborting `cancelled` stops it. */
  run(code: string, cancelled: AbortSignal): Promise<ExpertRun>
  /** Whether a rule holds that an active fault may have switched off. */
  readonly keeps: Keeps
}

export interface StoryInput {
  readonly message: string
  /** The earlier messages of the session, oldest first. */
  readonly history: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[]
  /** Aborts when the turn is cancelled. */
  readonly cancelled: AbortSignal
  readonly experts: Experts
  /** What the experts answered, for a story that wants to go on with it; filled as `consult` steps are played. */
  readonly answers: { readonly consultation: Consultation; readonly answer: ExpertAnswer }[]
}

/** Tells the story of one turn. */
export type Story = (input: StoryInput) => AsyncIterable<Step>

/** A story that is loaded when it is first told. */
export type LateStory = (input: StoryInput) => Promise<AsyncIterable<Step>>
