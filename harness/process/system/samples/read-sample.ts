// Gives a recorded output of one of the systems' tools, for the tests of the parsers.
import { readFileSync } from 'node:fs'

export function readSample(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}
