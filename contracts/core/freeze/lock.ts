// The lock of the frozen contracts: one digest for each file and each contract, so that a report can say which it judged by.
import { createHash } from 'node:crypto'
import type { FrozenFiles } from './freeze.ts'

export interface ContractLock {
  /** The contract digest, see `contractDigest`. */
  readonly digest: string
  /** SHA-256 of each file's bytes, lower-case hexadecimal, by path. */
  readonly files: Readonly<Record<string, string>>
}

/** The lock of each contract, by its id. */
export function lock(contracts: ReadonlyMap<string, FrozenFiles>): Readonly<Record<string, ContractLock>> {
  return Object.fromEntries(
    [...contracts].map(([id, files]) => [id, { digest: contractDigest(files), files: fileDigests(files) }]),
  )
}

/** The SHA-256 of the lines `<sha256> <path>\n` of a contract's frozen files, sorted by path. */
export function contractDigest(files: FrozenFiles): string {
  const lines = Object.entries(fileDigests(files)).map(([path, digest]) => `${digest} ${path}\n`)
  return sha256(lines.join(''))
}

function fileDigests(files: FrozenFiles): Record<string, string> {
  const sorted = [...files].sort(([left], [right]) => (left < right ? -1 : 1))
  return Object.fromEntries(sorted.map(([path, text]) => [path, sha256(text)]))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
