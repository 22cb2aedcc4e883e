// Reads one HTTP/1.1 answer out of the bytes of a socket (RFC 9112): status line, headers, a body by length, by chunks or to the end.

export interface RawResponse {
  readonly status: number
  /** Names in lower case; several lines of one name are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** The body; empty for a stream, of which only the head is read. */
  readonly text: string
}

/**
 * The answer in `bytes`, or `undefined` while it is not whole. `ended`: no more bytes will come. `method` is the request's:
 * an answer to HEAD has no body. Interim answers (1xx, such as `100 Continue`) are passed over.
 */
export function parseResponse(bytes: Buffer, ended: boolean, method = 'GET'): RawResponse | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1])
  if (Number.isNaN(status)) return undefined
  const headers = readHeaders(lines)
  const body = bytes.subarray(headEnd + 4)
  if (status < 200 && status !== 101) return parseResponse(body, ended, method)
  if (method === 'HEAD') return { status, headers, text: '' }
  if (headers['content-type']?.startsWith('text/event-stream')) return { status, headers, text: '' }
  const whole = readBody(body, headers, status, ended)
  return whole === undefined ? undefined : { status, headers, text: whole.toString('utf8') }
}

function readHeaders(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon === -1) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  return headers
}

function readBody(
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  status: number,
  ended: boolean,
): Buffer | undefined {
  if (status === 204 || status === 304) return Buffer.alloc(0)
  if (headers['transfer-encoding']?.toLowerCase() === 'chunked') return readChunks(body)
  const length = headers['content-length']
  if (length !== undefined) return body.length >= Number(length) ? body.subarray(0, Number(length)) : undefined
  return ended ? body : undefined
}

function readChunks(body: Buffer): Buffer | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at)
    if (lineEnd === -1) return undefined
    const size = Number.parseInt(body.subarray(at, lineEnd).toString('latin1'), 16)
    if (Number.isNaN(size)) return undefined
    if (size === 0) return Buffer.concat(chunks)
    const start = lineEnd + 2
    if (body.length < start + size + 2) return undefined
    chunks.push(body.subarray(start, start + size))
    at = start + size + 2
  }
}
