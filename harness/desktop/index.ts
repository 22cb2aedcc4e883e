// The door `sidecheck/desktop`: what a desktop needs to run its sidecar and to talk to it.
export type { PlainExchange, RawRequest } from '../client/http-client.ts'
export type { NextOptions, StreamExchange, TimedEvent } from '../client/stream-exchange.ts'
export type { TypedClient } from '../client/typed-client.ts'
export type { Clock } from '../process/clock.ts'
export type { StopReport } from '../process/stop.ts'
export { Verdict, type VerdictFacts } from '../verdict.ts'
export type { BackendLocation } from './backend-location.ts'
export { Bridge, type BridgeOptions, type RunOptions } from './bridge.ts'
export { type AnsweredError, BridgeError } from './bridge-error.ts'
export { type ConnectOptions, connect, type SessionClient } from './connect.ts'
export type { Probe, ProbeAnswer, ProbeRequest } from './health-probe.ts'
export type { Launch, SidecarManagerOptions } from './manager-options.ts'
export {
  BackendError,
  type BackendExit,
  type BackendStatus,
  PythonProcessManager,
  type PythonProcessManagerOptions,
} from './python-process-manager.ts'
export type { RestartRules } from './restart-policy.ts'
export type { FailureCode, SidecarFailure } from './sidecar-failure.ts'
export { SidecarManager, type StartResult, type StopResult } from './sidecar-manager.ts'
export { type SidecarState, stateGraph } from './sidecar-state.ts'
export type { SidecarStatus, StatusChange, StatusListener } from './status-board.ts'
export type { Connection } from './supervisor.ts'
