// Paths of the building machine inside the bundle: nothing may need them, and nothing should tell them.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mapAtOnce } from './map-at-once.ts'

/**
 * Writes something neutral of the same length over every occurrence of `paths` in the `files` under `root`: same length, so that
 * compiled code stays whole. Returns the files that were changed.
 */
export async function neutralisePaths(
  root: string,
  files: readonly string[],
  paths: readonly string[],
): Promise<string[]> {
  const changed = await mapAtOnce(files, async (file) => {
    const bytes = await readFile(join(root, file))
    const isChanged = paths.map((path) => overwrite(bytes, path)).includes(true)
    if (isChanged) await writeFile(join(root, file), bytes)
    return isChanged ? [file] : []
  })
  return changed.flat()
}

/** The `files` under `root` in which any of `paths` stands, as `file: path`. */
export async function findPaths(root: string, files: readonly string[], paths: readonly string[]): Promise<string[]> {
  const found = await mapAtOnce(files, async (file) => {
    const bytes = await readFile(join(root, file))
    return paths.filter((path) => bytes.includes(path)).map((path) => `${file}: ${path}`)
  })
  return found.flat().sort()
}

/** The paths that tell one machine from another, the longest first: `/usr`, `/usr/local` and `/install` are everybody's. */
export function tellingPaths(paths: readonly string[]): string[] {
  const telling = paths.filter((path) => path.split(/[/\\]/).filter(Boolean).length >= 3)
  return [...new Set(telling)].sort((left, right) => right.length - left.length)
}

/**
 * What stands in a path's place: `/embedded-python`, filled or cut to the same number of bytes, and the path's own last part.
 * That part must stay: a linker lets equal ends of strings share their bytes, so that the end of `/home/me/versions/3.11.7` can be
 * the very `3.11.7` that the interpreter gives as its version.
 */
export function neutralFor(path: string): string {
  const end = /[/\\][^/\\]*$/.exec(path)?.[0] ?? ''
  const length = Buffer.byteLength(path) - Buffer.byteLength(end)
  return '/embedded-python'.padEnd(length, '_').slice(0, length) + end
}

function overwrite(bytes: Buffer, path: string): boolean {
  let at = bytes.indexOf(path)
  const isThere = at !== -1
  for (; at !== -1; at = bytes.indexOf(path, at)) bytes.write(neutralFor(path), at)
  return isThere
}
