// Whether a request is HTTP that every server must read. What is not is refused by the HTTP library, before a sidecar sees it,
// and is exempt from the problem object (contract: "Bytes that are not HTTP at all").
import { METHODS } from 'node:http'
import { refusedBodyBytes } from '../../contracts/core/contract.ts'
import { headerValues, type WireRequest } from '../wire/wire-request.ts'

/** Servers must take a request line of 8,000 octets (RFC 9110 §4.1); for a whole head there is no such rule, and 12 KiB is what all take. */
const maxTargetBytes = 8_000
const maxHeadBytes = 12 * 1024

/** Whether an answer inside the contract can be asked for. */
export function isHttp(request: WireRequest): boolean {
  const { headers, method, target } = request
  const head = headers.reduce((bytes, [name, value]) => bytes + name.length + value.length + 4, target.length)
  return (
    METHODS.includes(method) &&
    method !== 'CONNECT' &&
    /^\/[!-~]*$/.test(target) &&
    !target.includes('#') &&
    target.length <= maxTargetBytes &&
    head <= maxHeadBytes &&
    headers.every(([name, value]) => /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && /^[\t -~\u0080-\u00ff]*$/.test(value)) &&
    headerValues(request, 'host').length === 1 &&
    isFramed(request)
  )
}

/** One way of telling the end of the body, told once and truly (RFC 9112 §6); or a length that is refused before the body is read. */
function isFramed(request: WireRequest): boolean {
  const lengths = headerValues(request, 'content-length')
  const codings = headerValues(request, 'transfer-encoding')
  if (codings.length > 0) return lengths.length === 0 && codings.length === 1 && codings[0]?.toLowerCase() === 'chunked'
  const isTrue = (length: string) => Number(length) === (request.body?.length ?? 0) || Number(length) > refusedBodyBytes
  return lengths.length <= 1 && lengths.every((length) => /^\d{1,9}$/.test(length) && isTrue(length))
}
