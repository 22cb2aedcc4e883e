import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findPaths, neutralFor, neutralisePaths, tellingPaths } from './build-paths.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'build-paths-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

it('writes over every occurrence in the same number of bytes, and leaves all other bytes alone', async () => {
  const before = Buffer.concat([
    Buffer.from([0, 255]),
    Buffer.from('/home/é/py/lib\0/home/é/py\0/home/é/x'),
    Buffer.from([254]),
  ])
  await writeFile(join(root, 'a'), before)
  await writeFile(join(root, 'b'), 'nothing here')
  expect(await findPaths(root, ['a', 'b'], ['/home/é/py', '/home/z'])).toEqual(['a: /home/é/py'])
  expect(await neutralisePaths(root, ['a', 'b'], ['/home/é/py', '/home/é/x'])).toEqual(['a'])
  const after = await readFile(join(root, 'a'))
  expect(after.toString('latin1')).toBe('\0\u00ff/embedde/py/lib\0/embedde/py\0/embedde/x\u00fe')
  expect(await findPaths(root, ['a', 'b'], ['/home/é'])).toEqual([])
})

it('finds one path where another does not stand', async () => {
  await writeFile(join(root, 'a'), '/home/me/two')
  expect(await neutralisePaths(root, ['a'], ['/home/me/one', '/home/me/two'])).toEqual(['a'])
  expect(await readFile(join(root, 'a'), 'utf8')).toBe('/embedde/two')
})

it('counts only paths that tell one machine from another, the longest first', () => {
  const paths = [
    '/usr',
    '/usr/local',
    '/install',
    '/',
    '/opt/hostedtoolcache/Python',
    '/home/me/.pyenv/versions/3',
    '/opt/hostedtoolcache/Python',
  ]
  expect(tellingPaths(paths)).toEqual(
    ['/opt/hostedtoolcache/Python', '/home/me/.pyenv/versions/3'].sort((a, b) => b.length - a.length),
  )
})

it('stands in for a path of any length, and keeps its last part, whose bytes another string may share', () => {
  expect(neutralFor('/a/b/c')).toBe('/emb/c')
  expect(neutralFor('/home/someone/.pyenv/versions/3.11.7')).toBe('/embedded-python_____________/3.11.7')
})
