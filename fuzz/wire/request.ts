// One request of the fuzzer as plain data: what goes on the wire, with names where only a running sidecar knows the value.

import { asciiJson } from './ascii-json.ts'

/** A body comes in pieces, so that a long one can be read, printed and made smaller. */
export type BodyPiece = string | { readonly base64: string } | { readonly repeat: string; readonly times: number }

/** How the end of the body is told. Default: by its length, and not at all where there is no body. */
export type Framing =
  | { readonly kind: 'length' }
  /** In chunks of these sizes; the last takes the rest. */
  | { readonly kind: 'chunked'; readonly sizes: readonly number[] }
  /** Declares so many bytes and sends none: only a refusal can answer it. */
  | { readonly kind: 'declared'; readonly bytes: number }

/** Where an identifier of the path comes from: the n-th newest known one, that of something ended, or a text as it stands. */
export type IdentifierChoice = { readonly known: number } | { readonly ended: number } | { readonly written: string }

export interface FuzzRequest {
  readonly method: string
  /** `{name}` stands for the identifier of that name. */
  readonly target: string
  readonly identifiers: Readonly<Record<string, IdentifierChoice>>
  /** In order. In values `{port}`, `{token}` and `{origin}` stand for the sidecar's own. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: readonly BodyPiece[]
  readonly framing?: Framing
  /** The client library where it can say this, or a socket. */
  readonly via: 'client' | 'socket'
  /** Of a stream, so many events are read before it is left. */
  readonly events: number
}

/** The request with every header line of that name replaced by one. */
export function withHeader(request: FuzzRequest, name: string, value: string): FuzzRequest {
  return { ...request, headers: [...otherHeaders(request, name), [name, value]] }
}

/** The request with one more header line. */
export function addHeader(request: FuzzRequest, name: string, value: string): FuzzRequest {
  return { ...request, headers: [...request.headers, [name, value]] }
}

/** The request without that header. */
export function withoutHeader(request: FuzzRequest, name: string): FuzzRequest {
  return { ...request, headers: otherHeaders(request, name) }
}

function otherHeaders({ headers }: FuzzRequest, name: string) {
  return headers.filter(([known]) => known.toLowerCase() !== name.toLowerCase())
}

/** One line of JSON in ASCII without an apostrophe, so that every shell takes it between two of them. */
export function formatRequest(request: FuzzRequest): string {
  return asciiJson(JSON.stringify(request), "'")
}

/** The request that `formatRequest` wrote. Throws a TypeError for anything else. */
export function parseRequest(line: string): FuzzRequest {
  const value = parse(line) as Partial<FuzzRequest> | undefined
  if (typeof value?.method !== 'string' || typeof value.target !== 'string' || !Array.isArray(value.headers)) {
    throw new TypeError(`a request is a line that the fuzzer printed; received ${line.slice(0, 80)}`)
  }
  return { identifiers: {}, via: 'socket', events: 0, ...value } as FuzzRequest
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
