// Output as bytes that are written down piece by piece, so that 100 MiB of the same character cost nothing until they are sent.

export interface Piece {
  readonly bytes: Buffer
  readonly times: number
}

export type Rope = readonly Piece[]

/** How many bytes it has. */
export function lengthOf(rope: Rope): number {
  return rope.reduce((total, { bytes, times }) => total + bytes.length * times, 0)
}

/** The bytes from `from` up to, but not including, `to`. */
export function sliceOf(rope: Rope, from: number, to: number): Buffer {
  const parts: Buffer[] = []
  let start = 0
  for (const { bytes, times } of rope) {
    const end = start + bytes.length * times
    const [first, last] = [Math.max(from, start), Math.min(to, end)]
    if (first < last) parts.push(repeated(bytes, first - start, last - start))
    start = end
  }
  return Buffer.concat(parts)
}

/** The bytes from `from` to `to` of `bytes` written again and again. */
function repeated(bytes: Buffer, from: number, to: number): Buffer {
  const begin = from % bytes.length
  const whole = Buffer.alloc(begin + to - from, bytes)
  return whole.subarray(begin)
}
