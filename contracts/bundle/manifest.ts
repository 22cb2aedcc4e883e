// The bundle manifest, version 1: `manifest.json` at the root of every bundle.
import { z } from 'zod'
import type { Finding } from './finding.ts'
import { parseDocument } from './parse-document.ts'
import { ContentKind, PlatformName, ReleaseSeq, RuntimeKind, Semver, Sha256, SizeBytes, Timestamp } from './scalars.ts'

const RelativePath = z.string().min(1).describe('relative to the root of the bundle, with /')

export const FileEntry = z.looseObject({
  path: RelativePath,
  type: z.literal('file'),
  mode: z.enum(['644', '755']).describe('755 where the owner may execute it, else 644'),
  size: SizeBytes,
  sha256: Sha256,
})

export const SymlinkEntry = z.looseObject({
  path: RelativePath,
  type: z.literal('symlink'),
  mode: z.literal('000'),
  size: SizeBytes.describe('bytes of target in UTF-8'),
  sha256: Sha256.describe('SHA-256 of target in UTF-8'),
  target: z.string().min(1).describe('what the link says: relative to its own folder, with /'),
})

/** One entry of `files[]`. Folders have none. */
export const TreeEntry = z.discriminatedUnion('type', [FileEntry, SymlinkEntry])

const common = {
  format_version: z.literal(1),
  platform: PlatformName,
  sidecar_version: Semver,
  desktop_min_version: Semver,
  contracts: z
    .array(z.string().regex(/^[a-z][a-z0-9-]*\/[1-9][0-9]*$/))
    .min(1)
    .describe('contracts that it serves, such as session/1'),
  release_seq: ReleaseSeq,
  files: z.array(TreeEntry).describe('every entry of the tree but the manifest and its signature'),
  sha256: Sha256.describe('tree digest of files[]'),
  max_relpath_utf16: z.int().min(1).describe('no path of files[] is longer, in UTF-16 code units'),
  created_at: Timestamp,
  expires_at: Timestamp.optional(),
  build: z.looseObject({}).optional().describe('how it was made; never judged'),
  signing: z.looseObject({}).optional().describe('which code signatures its executables carry'),
}

/** A bundle that can be started. */
export const RuntimeManifest = z.looseObject({
  ...common,
  kind: RuntimeKind,
  python_version: z
    .string()
    .regex(/^\d+\.\d+\.\d+((a|b|rc)\d+)?$/)
    .describe('of the embedded interpreter, as platform.python_version() says it'),
  entrypoint: RelativePath.describe('what is spawned'),
  entrypoint_args: z.array(z.string()).optional().describe('stand between the entrypoint and --contract'),
  python_executable_relpath: RelativePath.describe('the embedded interpreter'),
  target_triple: z.string().min(1).optional(),
  min_os: z.string().min(1).optional().describe('oldest version of the operating system it runs on'),
})

/** A bundle of content: the same manifest without the Python fields. */
export const ContentManifest = z.looseObject({ ...common, kind: ContentKind })

export const Manifest = z
  .discriminatedUnion('kind', [RuntimeManifest, ContentManifest])
  .describe('Bundle manifest, version 1. Readers ignore fields they do not know.')

export type FileEntry = z.infer<typeof FileEntry>
export type SymlinkEntry = z.infer<typeof SymlinkEntry>
export type TreeEntry = z.infer<typeof TreeEntry>
export type RuntimeManifest = z.infer<typeof RuntimeManifest>
export type ContentManifest = z.infer<typeof ContentManifest>
export type Manifest = z.infer<typeof Manifest>

/**
 * Reads a manifest's text. Never throws for bad content: exactly one of the two is there.
 *
 * An unknown `format_version` is the only finding then (`manifest.format-version`): nothing else can be judged by our rules,
 * and a reader must refuse it (exit 78). What a schema cannot say is judged by `checkManifest`.
 */
export function parseManifest(text: string): { manifest: Manifest } | { findings: Finding[] } {
  const codes = { notJson: 'manifest.not-json', schema: 'manifest.schema', version: 'manifest.format-version' } as const
  const parsed = parseDocument(text, Manifest, codes)
  return 'findings' in parsed ? parsed : { manifest: parsed.document }
}
