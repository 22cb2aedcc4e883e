// The frozen schemas judge as zod does. Ajv reads the files as they stand on disk, each with nothing beside it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentManifest, runtimeManifest } from '../../bundle/manifest.sample.ts'
import { contracts } from '../../contracts.ts'
import { seeded } from '../random.ts'
import { type JsonSchema, sample } from '../sample.ts'
import { ajvJudge } from './ajv-judge.ts'
import { brokenValues } from './broken-values.ts'
import { namedSchemas } from './contract-schemas.ts'
import { schemaId } from './schema-file.ts'

const seeds = Array.from({ length: 25 }, (_, seed) => seed)

/** What no generator makes: the digests and versions of a bundle have patterns without examples. */
const entry = {
  kind: 'chapter',
  platform: 'macos-x64',
  sidecar_version: '1.4.0-rc.1+build.5',
  release_seq: 7,
  url: 'chapter.tar.zst',
  size: 0,
  sha256: '0'.repeat(64),
  manifest_sha256: 'f'.repeat(64),
}
const given: Readonly<Record<string, readonly unknown[]>> = {
  Manifest: [runtimeManifest(), contentManifest(), runtimeManifest([])],
  Registry: [{ bundles: [] }, { bundles: [entry, { ...entry, more: null }] }],
}

const schemas = Object.values(contracts).flatMap((contract) =>
  [...new Map(namedSchemas(contract))].map(([name, schema]) => ({ contract: contract.id, name, schema })),
)

describe.each(schemas)('$contract $name', async ({ contract, name, schema }) => {
  const path = join(import.meta.dirname, '../../frozen', contract.replace('/', '-'), 'schemas', `${name}.json`)
  const frozen = JSON.parse(await readFile(path, 'utf8')) as JsonSchema
  const ajv = ajvJudge(frozen)
  const samples = given[name] ?? seeds.map((seed) => sample(schema, seeded(seed)))

  it('says which schema it is', () => {
    expect(frozen['$schema']).toBe('https://json-schema.org/draft/2020-12/schema')
    expect(frozen['$id']).toBe(schemaId(contract, name))
  })

  it('takes samples, as zod does', () => {
    for (const value of samples) {
      expect(ajv(value), `${JSON.stringify(value)}: ${JSON.stringify(ajv.errors)}`).toBe(true)
      expect(schema.safeParse(value).error).toBeUndefined()
    }
  })

  it('takes members that it does not know', () => {
    const value = { ...(samples[0] as object), 'a member of tomorrow': { nested: [null] } }
    expect(ajv(value)).toBe(true)
    expect(schema.safeParse(value)).toMatchObject({ success: true, data: value })
  })

  it('refuses what is broken in one place, as zod does', () => {
    const broken = samples.flatMap((value) => brokenValues(frozen, value))
    expect(broken.length).toBeGreaterThan(5)
    for (const { fault, value } of broken) {
      expect({ fault, ajv: ajv(value), zod: schema.safeParse(value).success }).toEqual({
        fault,
        ajv: false,
        zod: false,
      })
    }
  })

  it('judges anything as zod does', () => {
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.jsonValue(), fc.nat(), (value, strange, at) => {
        const changed = replaceSomewhere(value, strange, at)
        expect(ajv(changed), JSON.stringify(changed)).toBe(schema.safeParse(changed).success)
      }),
      { numRuns: 200 },
    )
  })
})

/** The value with the `at`th of its members or items, at any depth, replaced by something strange. */
function replaceSomewhere(value: unknown, strange: unknown, at: number): unknown {
  const text = JSON.stringify(value)
  let places = 0
  JSON.parse(text, (_key, part: unknown) => {
    places += 1
    return part
  })
  let place = 0
  return JSON.parse(text, (_key, part: unknown) => {
    place += 1
    return place - 1 === at % places ? strange : part
  })
}
