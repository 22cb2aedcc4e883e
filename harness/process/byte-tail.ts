// Keeps the last bytes of a stream that may be endless: always read, never grown.

export interface Tail {
  /** The end of the stream, from a whole character on. */
  text: string
  /** How many bytes came in all. */
  totalBytes: number
}

export interface ByteTail {
  push(chunk: Uint8Array): void
  read(): Tail
}

/** Holds at most `keepBytes` and one chunk. */
export function createByteTail(keepBytes: number): ByteTail {
  const chunks: Uint8Array[] = []
  let heldBytes = 0
  let totalBytes = 0

  return {
    push(chunk) {
      chunks.push(chunk)
      heldBytes += chunk.length
      totalBytes += chunk.length
      for (let oldest = chunks[0]; oldest && heldBytes - oldest.length >= keepBytes; oldest = chunks[0]) {
        chunks.shift()
        heldBytes -= oldest.length
      }
    },
    read() {
      const end = Buffer.concat(chunks).subarray(-keepBytes)
      return { text: (totalBytes > keepBytes ? fromWholeCharacter(end) : end).toString('utf8'), totalBytes }
    },
  }
}

/** Drops the continuation bytes (10xxxxxx, three at most) of a character whose beginning is gone. */
function fromWholeCharacter(bytes: Buffer): Buffer {
  let start = 0
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++
  return bytes.subarray(start)
}
