// Any request that a contract's operations give: good, nearly good, hostile. A new operation is fuzzed by being declared.
import fc from 'fast-check'
import type { Contract } from '../../contracts/core/contract.ts'
import { type Operation, pathParameters } from '../../contracts/core/operation.ts'
import { type FuzzRequest, type IdentifierChoice, withHeader } from '../wire/request.ts'
import { brokenBodies } from './broken-bodies.ts'
import { type Body, goodBodies, inputsOf } from './good-bodies.ts'
import { identifierChoices } from './identifier-choices.ts'
import type { Twist } from './twist.ts'
import { framingTwists } from './twist-framing.ts'
import { headerTwists } from './twist-headers.ts'
import { requestLineTwists } from './twist-request-line.ts'

/** Requests to the operations of `contract`. */
export function anyRequest({ operations }: Contract): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(...Object.values(operations).map(requestTo))
}

/** The operation that ends the sidecar is asked for only in ways that must be refused. */
function stopsTheSidecar({ id }: Pick<Operation, 'id'>): boolean {
  return id.endsWith('.shutdown')
}

function requestTo(operation: Operation): fc.Arbitrary<FuzzRequest> {
  const request = fc.record({ body: bodiesFor(operation), identifiers: identifiersFor(operation), via, events }).map(
    ({ body, ...rest }): FuzzRequest => ({
      method: operation.method,
      target: operation.path,
      headers: [...usualHeaders, ...(body === undefined ? [] : [jsonType])],
      ...(body === undefined ? {} : { body }),
      ...rest,
    }),
  )
  const twisted = fc.tuple(request, twists).map(([start, twists]) => twists.reduce((now, twist) => twist(now), start))
  return stopsTheSidecar(operation) ? fc.tuple(twisted, refused).map(([request, twist]) => twist(request)) : twisted
}

const usualHeaders = [
  ['host', '127.0.0.1:{port}'],
  ['authorization', 'Bearer {token}'],
] as const
const jsonType = ['content-type', 'application/json'] as const

/** Good, broken, or none. */
function bodiesFor(operation: Operation): fc.Arbitrary<Body | undefined> {
  const inputs = inputsOf(operation)
  if (inputs === undefined) return fc.constant(undefined)
  return fc.oneof(
    { arbitrary: goodBodies(inputs), weight: 8 },
    { arbitrary: brokenBodies(inputs), weight: 6 },
    { arbitrary: fc.constant(undefined), weight: 1 },
  )
}

/** Mostly identifiers that belong together. */
function identifiersFor({ path }: Operation): fc.Arbitrary<Record<string, IdentifierChoice>> {
  const names = pathParameters(path)
  if (names.length === 0) return fc.constant({})
  // The newest most of all, so that requests of one batch meet in one session.
  const places = fc.oneof(fc.nat(1), fc.nat(30))
  const same = places.map((known) => Object.fromEntries(names.map((name) => [name, { known }])))
  const any = fc.tuple(...names.map(() => identifierChoices))
  const own = any.map((choices) => Object.fromEntries(choices.map((choice, place) => [names[place] ?? '', choice])))
  return fc.oneof({ arbitrary: same, weight: 3 }, { arbitrary: own, weight: 2 })
}

const twists: fc.Arbitrary<Twist[]> = fc.oneof(
  { arbitrary: fc.constant<Twist[]>([]), weight: 6 },
  {
    arbitrary: fc.array(
      fc.oneof(
        { arbitrary: headerTwists, weight: 5 },
        { arbitrary: requestLineTwists, weight: 3 },
        { arbitrary: framingTwists, weight: 2 },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    weight: 7,
  },
)

/** Whatever else is twisted: a foreign Host, a wrong token, or another method. */
const refused: fc.Arbitrary<Twist> = fc.constantFrom<Twist>(
  (request) => withHeader(request, 'authorization', 'Bearer wrong'),
  (request) => withHeader(request, 'host', 'evil.example'),
  (request) => withHeader(request, 'origin', 'http://evil.example'),
  (request) => ({ ...request, method: 'PUT' }),
)

const via = fc.constantFrom('client' as const, 'socket' as const)

/** To the end, most of the time; or the client leaves early. */
const events = fc.oneof({ arbitrary: fc.constant(1_000), weight: 3 }, { arbitrary: fc.nat(4), weight: 1 })
