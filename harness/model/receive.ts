// Reads one request: its route, its headers, and its body as JSON.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

const maxBodyBytes = 64 * 1024 * 1024

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Undefined where the body is not JSON in UTF-8, or is too large. */
  readonly body: unknown
  readonly tooLarge: boolean
}

/** Resolves when the whole request has arrived; to undefined when the client left before that. */
export async function receive(request: IncomingMessage): Promise<Received | undefined> {
  const bytes = await readBody(request).catch(() => undefined)
  if (!bytes) return undefined
  const tooLarge = bytes.length > maxBodyBytes
  return {
    method: request.method ?? '',
    path: request.url?.split('?')[0] ?? '',
    headers: request.headers,
    body: tooLarge ? undefined : parsedJson(bytes),
    tooLarge,
  }
}

/** Reads to the end, since a client that is still sending hears no answer, but keeps no more than just too much. */
async function readBody(request: AsyncIterable<Buffer>): Promise<Buffer> {
  const kept: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    if (bytes <= maxBodyBytes) kept.push(chunk)
    bytes += chunk.length
  }
  return Buffer.concat(kept)
}

function parsedJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return undefined
  }
}
