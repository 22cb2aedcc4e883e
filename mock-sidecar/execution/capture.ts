// Keeps of an output what its limit allows: all of it, or its head and its tail, cut between characters.
import { lengthOf, type Rope, sliceOf } from './rope.ts'
import type { Keeps } from './rules.ts'

export interface Captured {
  readonly head: string
  readonly tail: string
  readonly bytesTotal: number
  /** 0 where nothing was dropped. */
  readonly droppedBytes: number
  readonly invalidUtf8: boolean
}

/** Keeps at most `maxBytes` of an output: one half from its beginning, the other from its end. */
export function capture(rope: Rope, maxBytes: number, keeps: Keeps): Captured {
  const total = lengthOf(rope)
  if (total <= maxBytes || !keeps('truncates')) return whole(rope, total, keeps)
  const headEnd = characterStart(rope, Math.floor(maxBytes / 2), -1)
  const tailStart = keeps('keepsTail') ? characterStart(rope, total - Math.ceil(maxBytes / 2), 1) : total
  const head = decode(sliceOf(rope, 0, keeps('cutsBetweenCharacters') ? headEnd : headEnd + 1))
  const tail = decode(sliceOf(rope, tailStart, total))
  const droppedBytes = tailStart - headEnd
  return {
    head: head.text,
    tail: tail.text,
    bytesTotal: keeps('countsRawBytes') ? total : total - droppedBytes,
    droppedBytes,
    invalidUtf8: flag(head.invalid || tail.invalid, keeps),
  }
}

function whole(rope: Rope, total: number, keeps: Keeps): Captured {
  const { invalid, text } = decode(sliceOf(rope, 0, total))
  return { head: text, tail: '', bytesTotal: total, droppedBytes: 0, invalidUtf8: flag(invalid, keeps) }
}

function flag(invalid: boolean, keeps: Keeps): boolean {
  return invalid && keeps('flagsInvalidBytes')
}

/** The place nearest to `at`, in this direction, where a character begins. */
function characterStart(rope: Rope, at: number, direction: 1 | -1): number {
  for (let steps = 0; steps < 4; steps += 1) {
    const place = at + steps * direction
    const [byte] = sliceOf(rope, place, place + 1)
    if (byte === undefined || (byte & 0xc0) !== 0x80) return place
  }
  return at
}

function decode(bytes: Buffer): { readonly text: string; readonly invalid: boolean } {
  try {
    return { text: strict.decode(bytes), invalid: false }
  } catch {
    return { text: replacing.decode(bytes), invalid: true }
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const replacing = new TextDecoder('utf-8', { ignoreBOM: true })
