import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStaging, putInPlace, stagingPid } from './staging.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'staging-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const stage = async (content: string) => {
  const staging = await openStaging(join(dir, 'out', 'bundle'))
  await writeFile(join(staging, 'file'), content)
  return staging
}

it('puts a new folder in place, and another in its place, with nothing left over', async () => {
  for (const content of ['one', 'two']) {
    await putInPlace(await stage(content), join(dir, 'out', 'bundle'))
    expect(await readFile(join(dir, 'out', 'bundle', 'file'), 'utf8')).toBe(content)
    expect(await readdir(join(dir, 'out'))).toEqual(['bundle'])
  }
})

it('starts empty, also where this process was here before', async () => {
  await stage('left over')
  expect(await readdir(await openStaging(join(dir, 'out', 'bundle')))).toEqual([])
})

it('removes what killed builds left behind, and nothing else', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  const kept = ['bundle', `.bundle.building-${process.ppid}`, `.other.building-${child.pid}`, '.bundle.building-x']
  for (const name of [...kept, `.bundle.building-${child.pid}`, `.bundle.building-${child.pid}-old`])
    await mkdir(join(dir, name))
  await openStaging(join(dir, 'bundle'))
  expect((await readdir(dir)).sort()).toEqual([...kept, `.bundle.building-${process.pid}`].sort())
})

it('reads the process id out of a name', () => {
  expect(stagingPid('.b.building-12', 'b')).toBe(12)
  expect(stagingPid('.b.building-12-old', 'b')).toBe(12)
  for (const name of ['b', '.b.building-', '.b.building-12x', '.c.building-12'])
    expect(stagingPid(name, 'b')).toBeUndefined()
})
