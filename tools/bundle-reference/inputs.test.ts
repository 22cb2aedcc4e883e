import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createdAt, forgetInputs, isUpToDate, readInputs, rememberInputs } from './inputs.ts'

const host = { version: '3.11.7', executable: '/usr/bin/python3.11' }
let dir = ''

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inputs-'))
  await writeFile(join(dir, 'a'), 'one')
  await writeFile(join(dir, 'b'), 'two')
})
afterEach(() => rm(dir, { recursive: true, force: true }))

describe('readInputs', () => {
  const digest = async (files = ['a', 'b'], python = host, asked = '') =>
    (await readInputs(dir, files, python, asked)).digest

  it('changes with every byte, name, interpreter and wish, and with nothing else', async () => {
    const before = await digest()
    await utimes(join(dir, 'a'), 5, 5)
    expect(await digest()).toBe(before)
    const others = [
      await digest(['a']),
      await digest(undefined, { ...host, version: '3.11.8' }),
      await digest(undefined, undefined, 'x'),
    ]
    await writeFile(join(dir, 'a'), 'One')
    others.push(await digest())
    expect(new Set([before, ...others]).size).toBe(5)
  })

  it('finds the newest file', async () => {
    await utimes(join(dir, 'a'), 1_000_000, 1_000_000)
    await utimes(join(dir, 'b'), 2_000_000, 2_000_000)
    expect((await readInputs(dir, ['a', 'b'], host)).newest.getTime()).toBe(2_000_000_000)
  })
})

describe('isUpToDate', () => {
  const inputs = { digest: 'abc', newest: new Date(0) }
  const bundle = () => join(dir, 'bundle')
  const build = async () => {
    await mkdir(bundle())
    await writeFile(join(bundle(), 'manifest.json'), '{}')
    await rememberInputs(bundle(), inputs)
  }

  it('is so for the inputs that were remembered', async () => {
    expect(await isUpToDate(bundle(), inputs)).toBe(false)
    await build()
    expect(await isUpToDate(bundle(), inputs)).toBe(true)
    expect(await isUpToDate(bundle(), { ...inputs, digest: 'abd' })).toBe(false)
    await forgetInputs(bundle())
    expect(await isUpToDate(bundle(), inputs)).toBe(false)
  })

  it('is not so any more when the manifest is another one, or gone', async () => {
    await build()
    await writeFile(join(bundle(), 'manifest.json'), '{ }')
    expect(await isUpToDate(bundle(), inputs)).toBe(false)
    await rm(bundle(), { recursive: true })
    expect(await isUpToDate(bundle(), inputs)).toBe(false)
  })
})

describe('createdAt', () => {
  const newest = new Date('2026-01-02T03:04:05.678Z')

  it.each([
    ['0', '1970-01-01T00:00:00.000Z'],
    ['1700000000', '2023-11-14T22:13:20.000Z'],
    [undefined, '2026-01-02T03:04:05.000Z'],
    ['', '2026-01-02T03:04:05.000Z'],
    ['soon', '2026-01-02T03:04:05.000Z'],
  ])('with SOURCE_DATE_EPOCH %j is %s', (epoch, expected) => {
    expect(createdAt({ newest }, epoch).toISOString()).toBe(expected)
  })
})
