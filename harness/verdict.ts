// A verdict: the sidecar broke a rule. Anything else that is thrown is an accident of the harness, never the sidecar's failure.

export interface VerdictFacts {
  /** What the contract says should have come. */
  readonly expected: string
  readonly received: string
  /** Where: `exchange 7, event 14`. */
  readonly at?: string
  /** The positive control failed: what the check is about was not there to be judged. */
  readonly control?: boolean
}

export class Verdict extends Error {
  override readonly name = 'Verdict'
  readonly facts: VerdictFacts

  constructor(facts: VerdictFacts) {
    super(`expected ${facts.expected}; received ${facts.received}${facts.at === undefined ? '' : ` (${facts.at})`}`)
    this.facts = facts
  }
}
