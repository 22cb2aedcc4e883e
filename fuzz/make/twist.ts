// A twist: one thing about a request that is other than usual. What must answer it is worked out afterwards, from the whole request.
import fc from 'fast-check'
import type { FuzzRequest } from '../wire/request.ts'

export type Twist = (request: FuzzRequest) => FuzzRequest

/** Twists from a list of values: `one(['GET', 'PUT'], (method) => (request) => ({ ...request, method }))`. */
export function one<Value>(values: readonly Value[], twist: (value: Value) => Twist): fc.Arbitrary<Twist> {
  return fc.constantFrom(...values).map(twist)
}
