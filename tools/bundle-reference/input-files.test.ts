import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { explainFailure } from './failure.ts'
import { findInputFiles, lockFile } from './input-files.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'input-files-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const write = async (path: string) => {
  await mkdir(dirname(join(dir, path)), { recursive: true })
  await writeFile(join(dir, path), '')
}

it('finds lock, code, content and builder, without tests and what running leaves behind', async () => {
  const sidecar = 'fixtures/reference-sidecar'
  const inputs = [
    `${sidecar}/content/experts/a/expert.json`,
    `${sidecar}/reference_sidecar/__init__.py`,
    `${sidecar}/reference_sidecar/lanes/user.py`,
    'contracts/bundle/manifest.ts',
    'tools/bundle-reference/layout.ts',
    'tools/bundle-reference/tools.lock',
  ]
  const scrap = [
    `${sidecar}/reference_sidecar/__pycache__/serve.cpython-311.pyc`,
    `${sidecar}/reference_sidecar/lanes/__pycache__/user.py`,
    `${sidecar}/tests/test_serve.py`,
    'tools/bundle-reference/layout.test.ts',
  ]
  for (const path of [...inputs, ...scrap, lockFile]) await write(path)
  const builder = ['harness/bundle/describe-tree.ts', 'tools/bundle-reference.ts']
  expect(await findInputFiles(dir)).toEqual([...inputs, ...builder, lockFile].sort())
})

it('says in one line that there is no lock', async () => {
  const failure = await findInputFiles(dir).catch(explainFailure)
  expect(failure).toEqual({
    exitCode: 1,
    message: `expected the locked dependencies in ${lockFile}, found none; write them with hashes`,
  })
})
