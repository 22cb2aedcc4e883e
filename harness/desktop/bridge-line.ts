// The lines of stdio/1: one JSON object each, requests one way and responses the other.
import { z } from 'zod'
import { Problem } from '../../contracts/core/problem.ts'
import type { Line } from '../process/line-log.ts'
import { answeredError, BridgeError } from './bridge-error.ts'

export interface BridgeRequest {
  readonly id: string
  readonly command: string
  readonly project: string
  readonly args: unknown
}

/** No line is longer, its line end not counted. */
export const maxLineBytes = 16 * 1024 * 1024

/**
 * @throws BridgeError VALIDATION_FAILED where `args` is no JSON value
 * @throws BridgeError PAYLOAD_TOO_LARGE where the line would be too long
 */
export function encodeRequest(request: BridgeRequest): string {
  const line = toJson(request)
  const bytes = Buffer.byteLength(line)
  if (bytes > maxLineBytes)
    throw tooLarge(`a request of ${bytes} bytes`, 'Send the data by a file, and its path by the command.')
  return `${line}\n`
}

/** JSON lets these stand in strings, but some readers of lines take them for line ends (Python's `splitlines`, Node's `readline`). */
const lineEnds = /[\u0085\u2028\u2029]/g

function toJson(request: BridgeRequest): string {
  try {
    return JSON.stringify(request).replace(lineEnds, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`)
  } catch (error) {
    const received = error instanceof Error ? error.message : String(error)
    throw new BridgeError(
      'VALIDATION_FAILED',
      `Expected arguments that are JSON values, received others (${received}).`,
    )
  }
}

/** `noise` is no response at all; `late` is one to a request that nobody waits for any more. */
type ReadLine = { readonly kind: 'noise' } | { readonly kind: 'late' } | Response

export type Response =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly error: BridgeError }

const ResponseLine = z.looseObject({
  id: z.union([z.string(), z.number(), z.null()]),
  result: z.unknown().optional(),
  error: z
    .looseObject({ type: z.string(), message: z.string(), problem: Problem.optional().catch(undefined) })
    .optional(),
})

/** @param aloneOnTheWire no earlier request can still be answered, so an error without an id is about this one */
export function readResponse(line: Line, id: string, aloneOnTheWire: boolean): ReadLine {
  if (line.bytes > maxLineBytes) return cutLine(line, id)
  const parsed = ResponseLine.safeParse(parseObject(line.text))
  if (!parsed.success) return { kind: 'noise' }
  const { error, id: echoed } = parsed.data
  const isMine = echoed === id || (echoed === null && error !== undefined && aloneOnTheWire)
  if (!isMine) return { kind: 'late' }
  if (error) return { kind: 'error', error: answeredError(error) }
  if (!Object.hasOwn(parsed.data, 'result')) {
    const received = 'a response with neither "result" nor "error"'
    return { kind: 'error', error: new BridgeError('INTERNAL', `Expected one of them, received ${received}.`) }
  }
  return { kind: 'result', result: parsed.data.result }
}

/** Of a line that is too long only the beginning was kept; its id stands there, unless the program sorts it elsewhere. */
function cutLine(line: Line, id: string): ReadLine {
  const [, echoed = JSON.stringify(id)] = /^\s*\{\s*"id"\s*:\s*("[^"]*"|\d+)/.exec(line.text.slice(0, 1024)) ?? []
  if (echoed !== JSON.stringify(id)) return { kind: 'late' }
  return { kind: 'error', error: tooLarge(`a response of ${line.bytes} bytes`, 'Ask for less at once.') }
}

function tooLarge(received: string, next: string): BridgeError {
  return new BridgeError(
    'PAYLOAD_TOO_LARGE',
    `Expected a line of at most ${maxLineBytes} bytes, received ${received}. ${next}`,
  )
}

function parseObject(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
