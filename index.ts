// The package's main door, `sidecheck`: a configuration, and the values from which contracts, checks and faults are written.
import type { SidecheckConfig } from './cli/load-config.ts'

export type { SidecheckConfig } from './cli/load-config.ts'
export { type Contract, contract } from './contracts/core/contract.ts'
export {
  choice,
  type Expression,
  each,
  interleaved,
  many,
  one,
  oneOrMore,
  type SpanOptions,
  sequence,
  span,
} from './contracts/core/expression.ts'
export {
  type Ending,
  type Envelope,
  type EventOf,
  type Grammar,
  grammar,
  type Shape,
  type StreamEvent,
} from './contracts/core/grammar.ts'
export { agrees, joined, type Law } from './contracts/core/law.ts'
export {
  type EmptyOutput,
  empty,
  eventStream,
  type JsonOutput,
  json,
  type Operation,
  operation,
  type StreamOutput,
} from './contracts/core/operation.ts'
export { type Requirement, requirements } from './contracts/core/requirement.ts'
export { type Fault, fault, type Head, type Hit, type ProcessFault } from './mock-sidecar/faults/fault.ts'
export { type Scenario, type StoryTools, scenario } from './mock-sidecar/scenarios/scenario.ts'
export type { Check, Level, Owned, Scope } from './suites/check.ts'
export { check, type SessionCheck, type SessionContext } from './suites/session/context.ts'

/** Says what a `sidecheck.config.ts` may hold: `export default defineConfig({ command: 'python -m my_sidecar' })`. */
export function defineConfig(config: SidecheckConfig): SidecheckConfig {
  return config
}
