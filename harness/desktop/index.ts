// The door `sidecheck/desktop`: what a desktop needs to talk to its sidecar.
export type { PlainExchange, RawRequest } from '../client/http-client.ts'
export type { NextOptions, StreamExchange, TimedEvent } from '../client/stream-exchange.ts'
export type { TypedClient } from '../client/typed-client.ts'
export { Verdict, type VerdictFacts } from '../verdict.ts'
export { type ConnectOptions, connect, type SessionClient } from './connect.ts'
