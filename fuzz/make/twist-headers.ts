// Headers that change nothing, and those that must change the answer: Host, Origin, token, types.
import fc from 'fast-check'
import { addHeader, withHeader, withoutHeader } from '../wire/request.ts'
import { authorizations, contentTypes, hosts, ignoredHeaders, origins } from './hostile-headers.ts'
import { one, type Twist } from './twist.ts'

/** The header with one of these values in its place; twice; or not at all. */
function twistHeader(name: string, values: readonly string[], twice: readonly string[]): fc.Arbitrary<Twist> {
  return fc.oneof(
    { arbitrary: one(values, (value) => (request) => withHeader(request, name, value)), weight: 8 },
    { arbitrary: one(twice, (value) => (request) => addHeader(request, name, value)), weight: 1 },
    { arbitrary: one([name], () => (request) => withoutHeader(request, name)), weight: 1 },
  )
}

/** What a browser asks before a page may call. */
const preflights = one(
  ['{origin}', 'http://evil.example', 'null'],
  (origin) => (request) =>
    withHeader(
      withHeader({ ...request, method: 'OPTIONS' }, 'origin', origin),
      'access-control-request-method',
      'POST',
    ),
)

const tokenElsewhere = one(
  ['{token}', 'Bearer {token}'],
  (value) => (request) => addHeader(withoutHeader(request, 'authorization'), 'x-token', value),
)

const ignored = fc
  .constantFrom(...ignoredHeaders)
  .chain(([name, values]) => fc.tuple(fc.constant(name), fc.constantFrom(...values), fc.boolean()))
  .map(
    ([name, value, isLoud]): Twist =>
      (request) =>
        addHeader(request, isLoud ? name.toUpperCase() : name, value),
  )

const latin1 = fc.integer({ min: 1, max: 0xff }).map((byte) => String.fromCharCode(byte))

/** As many, as long and as odd as servers must take, and a little further. */
const limits = fc.oneof(
  fc.integer({ min: 1, max: 300 }).map(manyHeaders),
  fc.integer({ min: 1, max: 20_000 }).map(
    (length): Twist =>
      (request) =>
        addHeader(request, 'x-long', 'v'.repeat(length)),
  ),
  fc.string({ unit: latin1, maxLength: 8 }).map(
    (value): Twist =>
      (request) =>
        addHeader(request, 'x-bytes', value),
  ),
  fc.string({ unit: 'binary-ascii', maxLength: 8 }).map(
    (name): Twist =>
      (request) =>
        addHeader(request, `x${name}`, 'v'),
  ),
)

function manyHeaders(times: number): Twist {
  const more = Array.from({ length: times }, (_, place) => [`x-h-${place}`, 'v'] as const)
  return (request) => ({ ...request, headers: [...request.headers, ...more] })
}

/** One header that is other than usual. */
export const headerTwists: fc.Arbitrary<Twist> = fc.oneof(
  { arbitrary: ignored, weight: 9 },
  { arbitrary: twistHeader('content-type', contentTypes, ['application/json', 'text/plain']), weight: 4 },
  { arbitrary: twistHeader('authorization', authorizations, ['Bearer {token}', 'Bearer wrong', '']), weight: 2 },
  { arbitrary: twistHeader('host', hosts, ['127.0.0.1:{port}', 'evil.example']), weight: 2 },
  { arbitrary: twistHeader('origin', origins, ['{origin}', 'http://evil.example']), weight: 2 },
  { arbitrary: preflights, weight: 1 },
  { arbitrary: tokenElsewhere, weight: 1 },
  { arbitrary: limits, weight: 1 },
)
