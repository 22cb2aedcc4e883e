// The bytes of a body that is described in pieces, and how they are framed.
import type { BodyPiece, FuzzRequest } from './request.ts'

/** The body's own bytes, without framing; `undefined` where there is no body. */
export function bodyBytes(body: readonly BodyPiece[] | undefined): Buffer | undefined {
  return body === undefined ? undefined : Buffer.concat(body.map(pieceBytes))
}

function pieceBytes(piece: BodyPiece): Buffer {
  if (typeof piece === 'string') return Buffer.from(piece)
  return 'base64' in piece ? Buffer.from(piece.base64, 'base64') : Buffer.from(piece.repeat.repeat(piece.times))
}

export interface FramedBody {
  /** The header that tells the framing, where there is one. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** What is written after the head, piece by piece. */
  readonly pieces: readonly Uint8Array[]
}

/** The body as it goes on the wire (RFC 9112 §6). */
export function frameBody({ framing = { kind: 'length' } }: Pick<FuzzRequest, 'framing'>, body?: Buffer): FramedBody {
  if (framing.kind === 'declared') return { headers: [['content-length', String(framing.bytes)]], pieces: [] }
  if (framing.kind === 'chunked') return { headers: [['transfer-encoding', 'chunked']], pieces: chunks(body, framing) }
  if (body === undefined) return { headers: [], pieces: [] }
  return { headers: [['content-length', String(body.length)]], pieces: [body] }
}

function chunks(body: Buffer = Buffer.alloc(0), { sizes }: { readonly sizes: readonly number[] }): Buffer[] {
  const pieces: Buffer[] = []
  let at = 0
  for (const size of [...sizes, body.length]) {
    const piece = body.subarray(at, at + size)
    if (piece.length === 0) continue
    pieces.push(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]))
    at += piece.length
  }
  return [...pieces, Buffer.from('0\r\n\r\n')]
}
