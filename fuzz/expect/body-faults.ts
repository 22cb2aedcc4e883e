// What is wrong with a body, read off its bytes and its headers: media type, size, JSON, schema.
import { acceptedBodyBytes, refusedBodyBytes } from '../../contracts/core/contract.ts'
import type { Operation } from '../../contracts/core/operation.ts'
import { headerValues, type WireRequest } from '../wire/wire-request.ts'
import { type Fault, may, must } from './fault.ts'
import { isOddJson } from './odd-json.ts'

/** What the sidecar declares. Default: nothing. */
export interface Declared {
  readonly capabilities?: Readonly<Record<string, unknown>>
}

/** The faults of the body of a request that `operation` would take. */
export function bodyFaults(operation: Operation, request: WireRequest, { capabilities = {} }: Declared): Fault[] {
  const isBare = isEmpty(request) && !announcesBody(request) && headerValues(request, 'content-type').length === 0
  // The contract says nothing of a body that comes with GET: it may be passed over or refused.
  if (request.method === 'GET' || request.method === 'HEAD')
    return isBare ? [] : [may(...bodyCodes, 'PAYLOAD_TOO_LARGE')]
  return [...mediaTypeFaults(request), ...sizeFaults(request), ...contentFaults(operation, request, capabilities)]
}

const bodyCodes = ['UNSUPPORTED_MEDIA_TYPE', 'PARSE_ERROR', 'VALIDATION_FAILED'] as const

/** A content type must be JSON, body or not. What the contract leaves open may be taken or refused. */
function mediaTypeFaults(request: WireRequest): Fault[] {
  const types = headerValues(request, 'content-type')
  const encoded = headerValues(request, 'content-encoding').some((encoding) => encoding !== 'identity')
  const faults = encoded ? [may('UNSUPPORTED_MEDIA_TYPE', 'PARSE_ERROR')] : []
  const [type = ''] = types
  const isClear = types.length === 1 && type !== '' && !type.includes(',')
  if (isClear && !/^application\/json\s*(;|$)/i.test(type)) return [must('UNSUPPORTED_MEDIA_TYPE')]
  const isAbsent = types.length === 0 && !announcesBody(request)
  const isPlain = isClear && /^application\/json\s*(;\s*charset="?utf-8"?)?$/i.test(type)
  return isAbsent || isPlain ? faults : [...faults, may(...bodyCodes)]
}

/** A chunked body may turn out to be empty, but nobody knows that from the head. */
function announcesBody(request: WireRequest): boolean {
  const [length = '0'] = headerValues(request, 'content-length')
  return Number(length) > 0 || headerValues(request, 'transfer-encoding').length > 0
}

function sizeFaults(request: WireRequest): Fault[] {
  const [declared = String(request.body?.length ?? 0)] = headerValues(request, 'content-length')
  const bytes = Number(declared)
  if (bytes > refusedBodyBytes) return [must('PAYLOAD_TOO_LARGE')]
  return bytes > acceptedBodyBytes ? [may('PAYLOAD_TOO_LARGE')] : []
}

function contentFaults(
  { bodyRules = [], input }: Operation,
  request: WireRequest,
  capabilities: NonNullable<Declared['capabilities']>,
): Fault[] {
  if (input === undefined) return isEmpty(request) ? [] : [may('PARSE_ERROR', 'VALIDATION_FAILED')]
  if (isEmpty(request)) return input.safeParse({}).success ? [] : [must('PARSE_ERROR', 'VALIDATION_FAILED')]
  const text = decode(request.body)
  const value = text === undefined ? undefined : parse(text)
  if (text === undefined || value === undefined) return [must('PARSE_ERROR')]
  const odd = isOddJson(text, value) ? [may('PARSE_ERROR', 'VALIDATION_FAILED')] : []
  const fits =
    input.safeParse(value).success && bodyRules.every(({ broken }) => broken(value, capabilities).length === 0)
  return fits ? odd : [...odd, must('VALIDATION_FAILED')]
}

function isEmpty({ body }: WireRequest): boolean {
  return body === undefined || body.length === 0
}

function decode(body: Buffer | undefined): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    return undefined
  }
}

/** A byte order mark may be passed over (RFC 8259 §8.1), which `isOddJson` says. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
}
