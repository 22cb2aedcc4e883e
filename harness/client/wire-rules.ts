// The names of all rules that the harness judges on every exchange, whatever check it belongs to.
import { answerRules } from '../../contracts/core/judge-answer.ts'
import { type StreamRule, streamRules } from '../../contracts/core/read-stream.ts'

/** What only the wire shows: framing, names, times. */
const wireRules = [
  /** The bytes are not well-framed server-sent events. */
  'sse.framing',
  /** The strict reader and a conforming one see different events. */
  'sse.readers-agree',
  /** `event:` or `id:` is not what the data says, or the data is not one JSON object. */
  'sse.envelope',
  /** The first bytes came too late. */
  'sse.first-bytes',
  /** The stream was silent for longer than `keepalive_ms` allows. */
  'sse.keepalive',
  /** Bytes came after the terminal event. */
  'sse.quiet-end',
  /** The body did not end soon after the terminal event, or broke off. */
  'sse.body-ends',
  /** A number is beyond 2^53−1, or is one that JSON has not, such as `NaN`. */
  'json.numbers',
  /** No answer came at all. */
  'answer.missing',
] as const

const grammarRules = streamRules.map((rule): `stream.${StreamRule}` => `stream.${rule}`)

/** Every rule that the harness judges. */
export const judgeRules = [...answerRules, ...wireRules, ...grammarRules]

export type JudgeRule = (typeof judgeRules)[number]

/** Something that an exchange broke, found by the judge. */
export interface RuleViolation {
  readonly rule: JudgeRule
  readonly expected: string
  readonly received: string
  /** The exchange, and the event within it where there is one. */
  readonly at: string
  /** The law of the grammar, where the rule is `stream.law`. */
  readonly law?: string
}
