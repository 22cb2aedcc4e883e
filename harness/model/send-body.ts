// Answers with one complete body: JSON, or a text as it is.
import type { ResponseWriter } from './response-writer.ts'

/** @param body a text is sent as HTML (the page of a proxy), everything else as JSON */
export async function sendBody(
  writer: ResponseWriter,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const isText = typeof body === 'string'
  const bytes = Buffer.from(isText ? body : JSON.stringify(body))
  await writer.sendHeaders(status, {
    'content-type': isText ? 'text/html; charset=utf-8' : 'application/json',
    'content-length': bytes.length,
    ...headers,
  })
  await writer.end(bytes, 'finished')
}
