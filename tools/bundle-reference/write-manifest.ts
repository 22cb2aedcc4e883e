// Writes the manifest of a finished bundle folder.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseManifest, type RuntimeManifest } from '../../contracts/bundle/manifest.ts'
import { checkManifest, longestPathUtf16 } from '../../contracts/bundle/manifest-rules.ts'
import type { Platform } from '../../contracts/bundle/platform.ts'
import { treeDigest } from '../../contracts/bundle/tree-digest.ts'
import { describeTree } from '../../harness/bundle/describe-tree.ts'
import { broken } from './failure.ts'
import { interpreterArgs } from './layout.ts'

export type BundleFacts = {
  platform: Platform
  pythonVersion: string
  /** Path of the interpreter in the bundle; it is the entrypoint too. */
  executable: string
  sidecarVersion: string
  contract: string
  createdAt: Date
  /** Where the interpreter came from. */
  pythonFrom: string
}

/** The oldest desktop that the reference sidecar works with. */
const desktopMinVersion = '1.0.0'

/** Describes the tree under `root` and writes `manifest.json` into it. Throws where the tree could not be a good bundle. */
export async function writeManifest(root: string, facts: BundleFacts): Promise<RuntimeManifest> {
  const { files, others } = await describeTree(root)
  if (others.length > 0)
    throw broken(`no manifest can hold ${others.map(({ path, type }) => `${path} (${type})`).join(', ')}`)
  const manifest = compose(facts, files)
  const text = `${JSON.stringify(manifest, undefined, 1)}\n`
  mustBeGood(text)
  await writeFile(join(root, 'manifest.json'), text)
  return manifest
}

function compose(facts: BundleFacts, files: RuntimeManifest['files']): RuntimeManifest {
  return {
    format_version: 1,
    kind: 'python_runtime',
    platform: facts.platform,
    python_version: facts.pythonVersion,
    sidecar_version: facts.sidecarVersion,
    desktop_min_version: desktopMinVersion,
    entrypoint: facts.executable,
    entrypoint_args: [...interpreterArgs, '-m', 'reference_sidecar'],
    python_executable_relpath: facts.executable,
    sha256: treeDigest(files),
    contracts: [facts.contract],
    release_seq: releaseSeqOf(facts.sidecarVersion),
    max_relpath_utf16: longestPathUtf16(files),
    created_at: facts.createdAt.toISOString(),
    build: { python: facts.pythonFrom },
    files,
  }
}

/** A number that grows with the version: 1.4.2 is 1004002. The reference has no other count of its releases. */
export function releaseSeqOf(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return (major * 1000 + minor) * 1000 + patch
}

function mustBeGood(text: string): void {
  const parsed = parseManifest(text)
  const findings = 'findings' in parsed ? parsed.findings : checkManifest(parsed.manifest)
  const [error] = findings.filter(({ level }) => level === 'error')
  if (error !== undefined)
    throw broken(
      `the bundle would break ${error.code} at ${error.path}: expected ${error.expected}, received ${error.received}`,
    )
}
