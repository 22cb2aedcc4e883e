import { describe, expect, it } from 'vitest'
import { runtimeManifest } from './manifest.sample.ts'
import { compareWithManifest, parseRegistry, type RegistryEntry } from './registry.ts'

const entry: RegistryEntry = {
  kind: 'python_runtime',
  platform: 'macos-arm64',
  sidecar_version: '1.4.0',
  release_seq: 7,
  url: 'python_runtime-macos-arm64.tar.gz',
  size: 12,
  sha256: 'a'.repeat(64),
  manifest_sha256: 'b'.repeat(64),
}

describe('parseRegistry', () => {
  it('reads entries, with fields it does not know', () => {
    const registry = { bundles: [entry, { ...entry, mirror: 'x' }] }
    expect(parseRegistry(JSON.stringify(registry))).toEqual({ registry })
  })

  it.each(Object.keys(entry))('asks for %s', (field) => {
    const registry = { bundles: [entry, { ...entry, [field]: undefined }] }
    expect(parseRegistry(JSON.stringify(registry))).toMatchObject({
      findings: [{ code: 'registry.schema', path: `#/bundles/1/${field}`, received: 'nothing' }],
    })
  })

  it('finds that a text is no JSON', () => {
    expect(parseRegistry('<html>')).toMatchObject({ findings: [{ code: 'registry.not-json' }] })
  })
})

describe('compareWithManifest', () => {
  it('finds nothing where both say the same', () => {
    expect(compareWithManifest(entry, runtimeManifest(), entry.manifest_sha256)).toEqual([])
  })

  it.each([
    ['kind', 'chapter'],
    ['platform', 'macos-x64'],
    ['sidecar_version', '1.4.1'],
    ['release_seq', 8],
    ['manifest_sha256', 'c'.repeat(64)],
  ])('finds another %s', (field, value) => {
    const other = { ...entry, [field]: value } as RegistryEntry
    expect(compareWithManifest(other, runtimeManifest(), entry.manifest_sha256)).toMatchObject([
      { code: 'registry.mismatch', path: `#/${field}`, received: JSON.stringify(value) },
    ])
  })
})
