import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contentManifest, runtimeManifest } from './manifest.sample.ts'
import { Manifest, parseManifest } from './manifest.ts'

const parsed = (manifest: unknown) => parseManifest(JSON.stringify(manifest))
const findingsOf = (manifest: unknown) => {
  const result = parsed(manifest)
  return 'findings' in result ? result.findings : []
}

describe('parseManifest', () => {
  it('reads a runtime and a content manifest', () => {
    expect(parsed(runtimeManifest())).toEqual({ manifest: runtimeManifest() })
    expect(parsed(contentManifest())).toEqual({ manifest: contentManifest() })
  })

  it.each([runtimeManifest(), contentManifest()])('keeps fields it does not know: $kind', (manifest) => {
    const odd = { ...manifest, x_new: { a: 1 }, files: manifest.files.map((entry) => ({ ...entry, x_new: 2 })) }
    expect(parsed(odd)).toEqual({ manifest: odd })
  })

  it('says nothing but that it does not know the format version', () => {
    expect(findingsOf({ format_version: 2, kind: 'other' })).toEqual([
      { code: 'manifest.format-version', level: 'error', path: '#/format_version', expected: '1', received: '2' },
    ])
  })

  it.each(['', '{', '\ufeff{}', 'NaN'])('finds that %j is no JSON', (text) => {
    expect(parseManifest(text)).toMatchObject({ findings: [{ code: 'manifest.not-json', path: '#' }] })
  })

  it.each([null, [], 'x', {}, { format_version: 'one' }])('finds that %j is no manifest', (value) => {
    expect(findingsOf(value).map(({ code }) => code)).toContain('manifest.schema')
  })

  it.each(Object.keys(runtimeManifest()).filter((field) => field !== 'entrypoint_args'))('asks for %s', (field) => {
    expect(findingsOf({ ...runtimeManifest(), [field]: undefined })).toMatchObject([
      { code: 'manifest.schema', path: `#/${field}`, received: 'nothing' },
    ])
  })

  it.each([
    ['platform', 'macos-x86'],
    ['kind', 'python'],
    ['sha256', 'A'.repeat(64)],
    ['sha256', ''],
    ['sidecar_version', '1.0'],
    ['desktop_min_version', '01.0.0'],
    ['python_version', '3.11'],
    ['contracts', []],
    ['contracts', ['session']],
    ['release_seq', -1],
    ['release_seq', 2 ** 53],
    ['created_at', '2026-01-01T00:00:00Z'],
    ['created_at', '2026-01-01T00:00:00.000+01:00'],
    ['max_relpath_utf16', 1.5],
  ])('refuses %s = %j', (field, value) => {
    const [first, ...more] = findingsOf({ ...runtimeManifest(), [field]: value })
    expect(first).toMatchObject({ code: 'manifest.schema', path: expect.stringMatching(`^#/${field}`) })
    expect(more).toEqual([])
  })

  it('points at the entry of files[] that is wrong, and shows what it is', () => {
    const entry = { path: 'a', type: 'file', mode: '777', size: 0, sha256: 'a'.repeat(64) }
    expect(findingsOf({ ...contentManifest(), files: [entry] })).toEqual([
      {
        code: 'manifest.schema',
        level: 'error',
        path: '#/files/0/mode',
        expected: '"644" or "755"',
        received: '"777"',
      },
    ])
  })
})

describe('its JSON Schema', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(z.toJSONSchema(Manifest))

  it.each([
    [true, runtimeManifest()],
    [true, contentManifest()],
    [true, { ...runtimeManifest(), x_new: 1 }],
    [false, { ...runtimeManifest(), format_version: 2 }],
    [false, { ...runtimeManifest(), entrypoint: undefined }],
    [false, { ...contentManifest(), created_at: 'today' }],
    [false, { ...contentManifest(), kind: 'python_runtime' }],
  ])('judges as the schema itself does: %j', (isValid, manifest) => {
    const json: unknown = JSON.parse(JSON.stringify(manifest))
    expect(validate(json)).toBe(isValid)
    expect('manifest' in parsed(manifest)).toBe(isValid)
  })
})
