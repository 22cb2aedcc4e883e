import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sessionContract } from '../../session/contract.ts'
import { freeze } from './freeze.ts'
import { checkFrozen, loadFrozen, writeFrozen } from './frozen-folder.ts'

const files = freeze(sessionContract)
const paths = [...files.keys()].sort()
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'frozen ü '))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

it('writes every file, and nothing the second time', async () => {
  expect(await writeFrozen(folder, files)).toEqual(paths)
  expect(await checkFrozen(folder, files)).toEqual([])
  expect(await writeFrozen(folder, files)).toEqual([])
  expect(new Map([...(await loadFrozen(folder))].sort())).toEqual(new Map([...files].sort()))
})

it('notices a missing, an extra and a changed file, and mends them', async () => {
  await writeFrozen(folder, files)
  await rm(join(folder, 'session-1/schemas/Problem.json'))
  await mkdir(join(folder, 'old-1'))
  await writeFile(join(folder, 'old-1/contract.json'), '{}\n')
  const text = await readFile(join(folder, 'session-1/openapi.json'), 'utf8')
  await writeFile(join(folder, 'session-1/openapi.json'), text.replace('bearer', 'basic'))
  const stale = ['old-1/contract.json', 'session-1/openapi.json', 'session-1/schemas/Problem.json']
  expect(await checkFrozen(folder, files)).toEqual(stale)
  expect(await writeFrozen(folder, files)).toEqual(stale)
  expect(await checkFrozen(folder, files)).toEqual([])
})

it('misses every file where there is no folder', async () => {
  expect(await checkFrozen(join(folder, 'none'), files)).toEqual(paths)
})

it('says in one line that there is no frozen contract to read', async () => {
  const none = join(folder, 'none')
  await expect(loadFrozen(none)).rejects.toThrow(`no frozen contract: there is no folder ${none}`)
  await expect(loadFrozen(folder)).rejects.toThrow(
    `no frozen contract: expected contract.json in ${folder} or one folder below; received neither`,
  )
})

it('reads the folder of a single contract', async () => {
  await writeFrozen(folder, files)
  expect((await loadFrozen(join(folder, 'session-1'))).get('contract.json')).toBe(files.get('session-1/contract.json'))
})

it('says on the command line which files are stale, one line each', async () => {
  const program = join(import.meta.dirname, 'write-frozen.ts')
  const stale = await run([program, '--check', folder])
  expect(stale.code).toBe(1)
  expect(stale.stderr).toMatch(/session-1\/openapi\.json: is not what the source gives; run `npm run freeze`$/m)
  expect((await run([program, folder])).stdout).toMatch(/: \d+ files, \d+ changed\n$/)
  expect(await run([program, '--check', folder])).toEqual({ code: 0, stdout: '', stderr: '' })
  await writeFile(join(folder, 'lock.json'), '{}\n')
  expect((await run([program, '--check', folder])).stderr.trim().split('\n')).toHaveLength(1)
})

function run(args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}
