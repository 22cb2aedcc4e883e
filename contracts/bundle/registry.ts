// The registry: `registry.json`, what a desktop reads to find the bundle for its platform.
import { z } from 'zod'
import { type Finding, finding } from './finding.ts'
import type { Manifest } from './manifest.ts'
import { parseDocument } from './parse-document.ts'
import { ContentKind, PlatformName, ReleaseSeq, RuntimeKind, Semver, Sha256, SizeBytes } from './scalars.ts'

/** One downloadable archive. The archive's own digest lives here, since no file can hold its own. */
export const RegistryEntry = z.looseObject({
  kind: z.enum([RuntimeKind.value, ...ContentKind.options]),
  platform: PlatformName,
  sidecar_version: Semver,
  release_seq: ReleaseSeq,
  url: z.string().min(1).describe('of the archive; may be relative to the registry'),
  size: SizeBytes.describe('bytes of the archive'),
  sha256: Sha256.describe('SHA-256 of the archive'),
  manifest_sha256: Sha256.describe('SHA-256 of the manifest’s bytes'),
})

export const Registry = z.looseObject({ bundles: z.array(RegistryEntry) }).describe('Bundle registry, version 1.')

export type RegistryEntry = z.infer<typeof RegistryEntry>
export type Registry = z.infer<typeof Registry>

/** Reads a registry's text. Never throws for bad content: exactly one of the two is there. */
export function parseRegistry(text: string): { registry: Registry } | { findings: Finding[] } {
  const parsed = parseDocument(text, Registry, { notJson: 'registry.not-json', schema: 'registry.schema' })
  return 'findings' in parsed ? parsed : { registry: parsed.document }
}

/**
 * Where a registry entry and the manifest found in its archive disagree (BND-05). `manifestSha256` is that of the manifest's bytes.
 * Pointers are into the registry entry.
 */
export function compareWithManifest(entry: RegistryEntry, manifest: Manifest, manifestSha256: string): Finding[] {
  const told = { ...manifest, manifest_sha256: manifestSha256 }
  return comparedFields
    .filter((field) => entry[field] !== told[field])
    .map((field) => finding('registry.mismatch', `#/${field}`, JSON.stringify(told[field]), entry[field]))
}

const comparedFields = ['kind', 'platform', 'sidecar_version', 'release_seq', 'manifest_sha256'] as const
