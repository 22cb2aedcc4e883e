// Cuts a stream of bytes into lines. Bytes are joined before they are decoded, so no character is torn by a chunk's edge.
import { isUtf8 } from 'node:buffer'
import { StringDecoder } from 'node:string_decoder'

export interface SplitLine {
  /** The line without its `\n` (a `\r` before it stays). Bytes that are not UTF-8 are replaced by U+FFFD. */
  text: string
  /** Length in bytes without the `\n`; more than `text` holds when the line was longer than `maxBytes`. */
  bytes: number
  /** False for a last line that no `\n` ended. */
  complete: boolean
  validUtf8: boolean
}

export interface LineSplitter {
  push(chunk: Uint8Array): void
  /** Hands over an unfinished last line, if there is one. */
  end(): void
  /** What has come since the last `\n`. */
  pending(): { text: string; bytes: number }
}

/** @param maxBytes how much of one line is kept; the rest is counted and dropped */
export function splitLines(onLine: (line: SplitLine) => void, maxBytes: number): LineSplitter {
  let kept: Uint8Array[] = []
  let keptBytes = 0
  let bytes = 0

  const keep = (part: Uint8Array) => {
    const fits = part.subarray(0, maxBytes - keptBytes)
    bytes += part.length
    keptBytes += fits.length
    if (fits.length > 0) kept.push(fits)
  }
  const peek = () => decode(Buffer.concat(kept), bytes > keptBytes)
  const hand = (complete: boolean) => {
    const line = { ...peek(), bytes, complete }
    kept = []
    keptBytes = 0
    bytes = 0
    onLine(line)
  }

  return {
    push(chunk) {
      let start = 0
      for (let newline = chunk.indexOf(0x0a); newline !== -1; newline = chunk.indexOf(0x0a, start)) {
        keep(chunk.subarray(start, newline))
        hand(true)
        start = newline + 1
      }
      keep(chunk.subarray(start))
    },
    end() {
      if (bytes > 0) hand(false)
    },
    pending: () => ({ text: peek().text, bytes }),
  }
}

/** A line that was cut is decoded up to its last whole character. */
function decode(raw: Buffer, wasCut: boolean): { text: string; validUtf8: boolean } {
  if (!wasCut) return { text: raw.toString('utf8'), validUtf8: isUtf8(raw) }
  const text = new StringDecoder('utf8').write(raw)
  return { text, validUtf8: !text.includes('\ufffd') }
}
