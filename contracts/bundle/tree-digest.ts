// The tree digest: one SHA-256 that stands for every entry of a bundle.
import { createHash } from 'node:crypto'

/** The files of a bundle that the tree digest leaves out, since they hold it or vouch for it. */
export const unlistedFiles: readonly string[] = ['manifest.json', 'manifest.json.minisig']

/** What the digest takes of an entry: all of these are fields of `files[]`. */
export type DigestedEntry = { type: string; mode: string; size: number; sha256: string; path: string }

/**
 * The manifest's `sha256`: SHA-256, in lower-case hexadecimal, of the lines `<type> <mode> <size> <sha256> <path>\n`,
 * sorted by the UTF-8 bytes of their paths (contract, "Bundles"). The order of `entries` does not matter;
 * the manifest and its signature are left out.
 */
export function treeDigest(entries: Iterable<DigestedEntry>): string {
  const hash = createHash('sha256')
  for (const entry of sortByPath([...entries].filter((entry) => !unlistedFiles.includes(entry.path))))
    hash.update(`${entry.type} ${entry.mode} ${entry.size} ${entry.sha256} ${entry.path}\n`)
  return hash.digest('hex')
}

/** A new array in the order of the UTF-8 bytes of the paths, which is not JavaScript's own order beyond U+FFFF. */
export function sortByPath<Entry extends { path: string }>(entries: Iterable<Entry>): Entry[] {
  return [...entries]
    .map((entry) => ({ entry, bytes: Buffer.from(entry.path) }))
    .sort((left, right) => Buffer.compare(left.bytes, right.bytes))
    .map(({ entry }) => entry)
}
