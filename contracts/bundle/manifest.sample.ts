// Small manifests that keep every rule, for tests to spoil.
import { createHash } from 'node:crypto'
import type { ContentManifest, RuntimeManifest, TreeEntry } from './manifest.ts'
import { longestPathUtf16 } from './manifest-rules.ts'
import { treeDigest } from './tree-digest.ts'

/** A python_runtime manifest of one interpreter, one module and one link between them. */
export function runtimeManifest(
  files: TreeEntry[] = [
    fileEntry('python/bin/python3.11', '755'),
    linkEntry('python/bin/python3', 'python3.11'),
    fileEntry('python/lib/python3.11/os.py', '644'),
  ],
): RuntimeManifest {
  return {
    ...commonFields(files),
    kind: 'python_runtime',
    python_version: '3.11.7',
    entrypoint: 'python/bin/python3.11',
    entrypoint_args: ['-I', '-m', 'sidecar'],
    python_executable_relpath: 'python/bin/python3.11',
  }
}

/** A content manifest of one file. */
export function contentManifest(files: TreeEntry[] = [fileEntry('prompt.md', '644')]): ContentManifest {
  return { ...commonFields(files), kind: 'chapter' }
}

/** A file that holds its own path. */
export function fileEntry(path: string, mode: '644' | '755'): TreeEntry {
  return { path, type: 'file', mode, ...digestOf(path) }
}

export function linkEntry(path: string, target: string): TreeEntry {
  return { path, type: 'symlink', mode: '000', ...digestOf(target), target }
}

function digestOf(text: string): { size: number; sha256: string } {
  return { size: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') }
}

function commonFields(files: TreeEntry[]) {
  return {
    format_version: 1 as const,
    platform: 'macos-arm64' as const,
    sidecar_version: '1.4.0',
    desktop_min_version: '1.0.0-beta.1',
    contracts: ['session/1'],
    release_seq: 7,
    files,
    sha256: treeDigest(files),
    max_relpath_utf16: longestPathUtf16(files),
    created_at: '2026-01-01T00:00:00.000Z',
  }
}
