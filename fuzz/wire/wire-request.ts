// The request as it goes on the wire to one running sidecar: every name replaced by that sidecar's value.
import { pathParameters } from '../../contracts/core/operation.ts'
import { bodyBytes, frameBody } from './body-bytes.ts'
import type { ChosenIdentifier, Identifiers } from './identifiers.ts'
import type { FuzzRequest } from './request.ts'

/** What a request needs to know of the sidecar it goes to. */
export interface Place {
  readonly port: string
  readonly token: string
  /** An origin that may call. */
  readonly origin: string
  readonly identifiers: Identifiers
}

export interface WireRequest {
  readonly method: string
  readonly target: string
  /** Every line of the head, the framing included. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The body's own bytes, without framing. */
  readonly body: Buffer | undefined
  /** What is written after the head. */
  readonly pieces: readonly Uint8Array[]
  /** The identifiers that the target's template named, with what each names. */
  readonly identifiers: Readonly<Record<string, ChosenIdentifier>>
}

/** Puts the values in. */
export function wireRequest(request: FuzzRequest, place: Place): WireRequest {
  const names = pathParameters(request.target)
  const identifiers = place.identifiers.choose(names, request.identifiers)
  const target = request.target.replace(/\{(\w+)\}/g, (_, name: string) => identifiers[name]?.written ?? '')
  const body = bodyBytes(request.body)
  const framed = frameBody(request, body)
  const own: Readonly<Record<string, string>> = { port: place.port, token: place.token, origin: place.origin }
  const fill = (value: string) => value.replace(/\{(port|token|origin)\}/g, (_, name: string) => own[name] ?? '')
  const headers = [...request.headers, ...framed.headers].map(([name, value]) => [name, fill(value)] as const)
  return { method: request.method, target, headers, body, pieces: framed.pieces, identifiers }
}

/** The values of every header line of that name, in order. */
export function headerValues({ headers }: Pick<WireRequest, 'headers'>, name: string): string[] {
  return headers.filter(([known]) => known.toLowerCase() === name).map(([, value]) => value.trim())
}
