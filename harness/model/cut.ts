// Cuts texts between characters and bytes anywhere.
import type { Cuts } from './script.ts'

/** The text in at most `count` parts of about the same length, none of them empty, no code point cut. */
export function cutText(text: string, count: number): string[] {
  const characters = Array.from(text)
  const length = Math.ceil(characters.length / count)
  const parts: string[] = []
  for (let at = 0; at < characters.length; at += length) parts.push(characters.slice(at, at + length).join(''))
  return parts
}

/** The bytes in pieces, none of them empty; without cuts, in one. */
export function cutBytes(bytes: Uint8Array, cuts: Cuts = []): Uint8Array[] {
  const offsets = cuts === 'everywhere' ? Array.from(bytes.keys()) : cuts
  const inside = new Set(offsets.filter((offset) => Number.isInteger(offset) && offset > 0 && offset < bytes.length))
  const borders = [0, ...[...inside].sort((a, b) => a - b), bytes.length]
  return borders.slice(1).map((end, index) => bytes.subarray(borders[index], end))
}
