// A check: one requirement as a value. The test, the report row, the line in the requirements and the proof come from it.
import type { JudgeRule } from '../harness/client/wire-rules.ts'
import type { LaunchOptions } from '../harness/launch-sidecar.ts'

/** What a check needs of a sidecar: one that others use too, a process of its own, or the bundle's files alone. */
export type Scope = 'shared' | 'own' | 'bundle'

export type Level = 'MUST' | 'SHOULD' | 'MAY'

/** The rules of the judge that a check speaks for: a violation that any exchange shows is reported under it. */
export interface Owned {
  readonly rules: readonly JudgeRule[]
  /** Only on exchanges of this operation; `unknown-route` where no operation has the path and method. Default: on all. */
  readonly operation?: string
  /** Only this law of the grammar, where the rule is `stream.law`. */
  readonly law?: string
}

/** What of a launch a check may change; each means what it means in `LaunchOptions` of the harness. */
export type Launch = Pick<LaunchOptions, 'allowedOrigins' | 'behindDesktop' | 'ownTemporary'>

export interface Check<Context = never> {
  /** Permanent slug. */
  readonly id: string
  /** The requirement as a sentence; its first word is the level. */
  readonly rule: `${Level} ${string}`
  /** Rows of the requirements. */
  readonly covers: readonly string[]
  /** The faults that must turn it red. */
  readonly catches: readonly string[]
  readonly scope: Scope
  /** How its own process is launched, where not in the usual way. Only with scope `own`. */
  readonly launch?: Launch
  readonly owns?: readonly Owned[]
  /** Why the sidecar, by what it declared, cannot be asked this; `undefined`: it can. */
  readonly skip?: (capabilities: Readonly<Record<string, unknown>>) => string | undefined
  /** The operating systems it is about. Default: all. */
  readonly systems?: readonly NodeJS.Platform[]
  /** Throws a Verdict where the rule is broken. Begins with a positive control. */
  readonly run: (context: Context) => Promise<void>
}

/** The level of a check: the first word of its rule. */
export function levelOf({ rule }: Pick<Check, 'rule'>): Level {
  return rule.split(' ')[0] as Level
}
