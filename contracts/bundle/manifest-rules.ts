// The rules about a manifest that a JSON Schema cannot say. All of them judge the manifest alone, never a disk.
import { createHash } from 'node:crypto'
import { type Finding, finding } from './finding.ts'
import type { Manifest, RuntimeManifest, SymlinkEntry, TreeEntry } from './manifest.ts'
import { checkPaths } from './path-rules.ts'
import { isRelativePath } from './relative-path.ts'
import { treeDigest, unlistedFiles } from './tree-digest.ts'

/** Everything that is wrong with a manifest that has the right form: paths, digest, length, expiry, links, entry points. */
export function checkManifest(manifest: Manifest): Finding[] {
  const paths = manifest.files.map((entry) => entry.path)
  return [
    ...checkPaths(paths, manifest.platform),
    ...checkUnlisted(manifest),
    ...checkDigest(manifest),
    ...checkLength(manifest),
    ...checkExpiry(manifest),
    ...manifest.files.flatMap(checkLink),
    ...(manifest.kind === 'python_runtime' ? checkExecutables(manifest) : []),
  ]
}

/** The longest path of a tree in UTF-16 code units, as `max_relpath_utf16` wants it; at least 1. */
export function longestPathUtf16(entries: Iterable<{ path: string }>): number {
  let longest = 1
  for (const { path } of entries) longest = Math.max(longest, path.length)
  return longest
}

function checkUnlisted({ files }: Manifest): Finding[] {
  return files.flatMap(({ path }, index) =>
    unlistedFiles.includes(path)
      ? [finding('manifest.lists-itself', `#/files/${index}`, 'not the manifest or its signature', path)]
      : [],
  )
}

function checkDigest({ files, sha256 }: Manifest): Finding[] {
  const expected = treeDigest(files)
  return sha256 === expected ? [] : [finding('manifest.tree-digest', '#/sha256', expected, sha256)]
}

function checkLength({ files, max_relpath_utf16 }: Manifest): Finding[] {
  const longest = longestPathUtf16(files)
  if (longest <= max_relpath_utf16) return []
  return [finding('manifest.path-length', '#/max_relpath_utf16', `at least ${longest}`, max_relpath_utf16)]
}

function checkExpiry({ created_at, expires_at }: Manifest): Finding[] {
  if (expires_at === undefined || Date.parse(expires_at) > Date.parse(created_at)) return []
  return [finding('manifest.expiry', '#/expires_at', `later than ${created_at}`, expires_at)]
}

function checkLink(entry: TreeEntry, index: number): Finding[] {
  if (entry.type === 'file') return []
  return [...checkLinkTarget(entry, index), ...checkLinkDigest(entry, index)]
}

function checkLinkTarget({ path, target }: SymlinkEntry, index: number): Finding[] {
  if (staysInside(path, target)) return []
  return [finding('manifest.link-escapes', `#/files/${index}/target`, 'a relative path that stays inside', target)]
}

/** `..` counts only at the front: further on, behind another link, it would climb from where that one leads. */
function staysInside(path: string, target: string): boolean {
  const climbed = /^(\.\.(\/|$))*/.exec(target)?.[0] ?? ''
  const rest = target.slice(climbed.length)
  const depth = path.split('/').length - 1
  const isDeepEnough = climbed.split('/').filter((part) => part === '..').length <= depth
  return isDeepEnough && (rest === '' || isRelativePath(rest))
}

function checkLinkDigest({ target, size, sha256 }: SymlinkEntry, index: number): Finding[] {
  const bytes = Buffer.from(target)
  const expected = { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  if (size === expected.size && sha256 === expected.sha256) return []
  return [finding('manifest.link-digest', `#/files/${index}`, JSON.stringify(expected), { size, sha256 })]
}

function checkExecutables(manifest: RuntimeManifest): Finding[] {
  return (['entrypoint', 'python_executable_relpath'] as const).flatMap((field) =>
    isExecutable(manifest.files, manifest[field])
      ? []
      : [finding('manifest.entry-missing', `#/${field}`, 'a file of files[] with mode 755', manifest[field])],
  )
}

/** A link may stand for an executable: whether what it points to can be executed is seen on the disk. */
function isExecutable(files: readonly TreeEntry[], path: string): boolean {
  const entry = files.find((file) => file.path === path)
  return isRelativePath(path) && entry !== undefined && entry.mode !== '644'
}
