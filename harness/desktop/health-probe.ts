// Asks a sidecar one small question over HTTP on loopback: no proxy, no redirect, no shared connection, no more than 64 KiB of answer.
import { Agent } from 'undici'
import { parseJson } from '../client/http-client.ts'

export interface ProbeRequest {
  readonly method: 'GET' | 'POST'
  /** `http://127.0.0.1:<port>`, always the literal address: `localhost` may be `::1`. */
  readonly baseUrl: string
  readonly path: string
  /** Left out where the one who answers has not yet proven to be our child. */
  readonly token?: string
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal
}

export interface ProbeAnswer {
  readonly status: number
  /** The decoded JSON; `undefined` where the body is empty or not JSON. */
  readonly body: unknown
}

/** Rejects where no answer comes: refused, cut, or aborted. */
export type Probe = (request: ProbeRequest) => Promise<ProbeAnswer>

const MAX_BODY_BYTES = 64 * 1024

/** An agent of its own takes neither a proxy from the environment nor what the app set for its other requests. */
const agent = new Agent({
  keepAliveTimeout: 1,
  keepAliveMaxTimeout: 1,
  pipelining: 0,
  headersTimeout: 0,
  bodyTimeout: 0,
})

export const httpProbe: Probe = async ({ baseUrl, method, path, signal, token }) => {
  const response = await agent.request({
    origin: baseUrl,
    method,
    path,
    signal,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  })
  return { status: response.statusCode, body: parseJson(await readAtMost(response.body, MAX_BODY_BYTES)) }
}

async function readAtMost(body: AsyncIterable<Buffer> & { destroy(): void }, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > maxBytes) {
      body.destroy()
      throw new Error(`Expected an answer of at most ${maxBytes} bytes, received more. Is this the sidecar's port?`)
    }
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
