// Bodies that are told and cut in another way than usual. All are whole: nothing is left that a server could wait for.
import fc from 'fast-check'
import { refusedBodyBytes } from '../../contracts/core/contract.ts'
import { addHeader, type FuzzRequest, withHeader, withoutHeader } from '../wire/request.ts'
import { one, type Twist } from './twist.ts'

/** In chunks of any size, also of one byte, so that characters are cut. */
const chunked = fc.array(fc.integer({ min: 1, max: 4_096 }), { maxLength: 6 }).map(
  (sizes): Twist =>
    (request) => ({ ...request, framing: { kind: 'chunked', sizes } }),
)

/** More than any sidecar takes; the answer must come before the body. */
const tooLarge = fc.integer({ min: refusedBodyBytes + 1, max: 999_999_999 }).map(
  (bytes): Twist =>
    (request) =>
      declare(withoutHeader(request, 'transfer-encoding'), bytes),
)

function declare(request: FuzzRequest, bytes: number): FuzzRequest {
  return { ...withHeader(request, 'content-type', 'application/json'), framing: { kind: 'declared', bytes } }
}

const bodies = one<FuzzRequest['body']>(
  [[], [''], ['{}'], ['x'], [{ base64: 'H4sIAAAAAAAAA6uuBQBDv6ajAgAAAA==' }]],
  (body) => (request) => ({ ...request, ...(body === undefined ? {} : { body }) }),
)

/** A second length, or a coding beside a length: the ways to make two servers see two requests in one. */
const contradictions = fc.oneof(
  one(
    ['0', '00', '5, 5', '-1', '+1', '0x5', '1e2', ' ', '99999999999999999999'],
    (length) => (request) => addHeader(request, 'content-length', length),
  ),
  one(
    ['chunked', 'Chunked', 'gzip, chunked', 'identity', 'chunked, chunked', 'x', ''],
    (coding) => (request) =>
      addHeader({ ...request, framing: { kind: 'chunked', sizes: [] } }, 'transfer-encoding', coding),
  ),
)

/** A framing, or a body where none is meant, that is other than usual. */
export const framingTwists: fc.Arbitrary<Twist> = fc.oneof(
  { arbitrary: chunked, weight: 4 },
  { arbitrary: bodies, weight: 2 },
  { arbitrary: tooLarge, weight: 1 },
  { arbitrary: contradictions, weight: 1 },
)
