// The door `sidecheck/contracts`: what a sidecar promises, as values that a desktop or a sidecar can use.
export { type Contract, guardCodes, precedence } from './core/contract.ts'
export type { EventOf, StreamEvent } from './core/grammar.ts'
export {
  exitCodes,
  inheritedVariables,
  type LaunchArguments,
  type LaunchOptions,
  type LaunchSecrets,
  launchArguments,
  launchVariables,
  neverRestart,
  pythonVariables,
  readyLine,
  readyLineMaxBytes,
} from './core/launch.ts'
export { Problem, problem, problemMediaType } from './core/problem.ts'
export { type CodeRule, codeRule, codes, type ProblemCode, problemType } from './core/problem-codes.ts'
export { CheckRow, RunResult } from './report/result.ts'
export { bounds } from './session/bounds.ts'
export { Capabilities } from './session/capabilities.ts'
export { sessionContract } from './session/contract.ts'
export { normaliseEvent } from './session/normalise.ts'
export { type TurnEvent, turnGrammar } from './session/turn.ts'
