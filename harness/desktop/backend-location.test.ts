import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { backendPaths, findBackend } from './backend-location.ts'

const app = { projectDir: '/app', resourcesDir: '/opt/App/resources' }

test('in development it is what PyInstaller has built', () => {
  expect(backendPaths({ ...app, isPackaged: false, platform: 'linux' })).toEqual([
    '/app/python/dist/backend',
    '/app/python/dist/backend/backend',
  ])
})

test('in an installed app it is among the resources, wherever the packager put it', () => {
  const location = { projectDir: 'C:\\app', resourcesDir: 'C:\\App\\resources', isPackaged: true, name: 'engine' }
  expect(backendPaths({ ...location, platform: 'win32' })).toEqual([
    'C:\\App\\resources\\python\\engine.exe',
    'C:\\App\\resources\\python\\engine\\engine.exe',
    'C:\\App\\resources\\engine.exe',
    'C:\\App\\resources\\engine\\engine.exe',
  ])
})

test('a folder of that name is no executable', async () => {
  const projectDir = await mkdtemp(join(tmpdir(), 'sidecheck-backend-'))
  onTestFinished(() => rm(projectDir, { recursive: true, force: true }))
  const location = { projectDir, resourcesDir: '', isPackaged: false, platform: process.platform }
  const [first = '', second = ''] = backendPaths(location)
  expect(findBackend(location)).toEqual({ path: first, exists: false })
  await mkdir(join(second, '..'), { recursive: true })
  expect(findBackend(location)).toEqual({ path: first, exists: false })
  await writeFile(second, '')
  expect(findBackend(location)).toEqual({ path: second, exists: true })
})
