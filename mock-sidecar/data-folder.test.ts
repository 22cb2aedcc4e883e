import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { holdDataFolder, holderOf, openDataFolder, releaseDataFolder } from './data-folder.ts'
import { startMock } from './mock.ts'

it.skipIf(process.platform === 'win32')('is closed to others, also where it was there before', async () => {
  const folder = await emptyFolder()
  expect(await openDataFolder(join(folder, 'new', 'er'))).toBeUndefined()
  expect((await stat(join(folder, 'new', 'er'))).mode & 0o777).toBe(0o700)
})

it('cannot be inside a file', async () => {
  const file = join(await emptyFolder(), 'file')
  await writeFile(file, '')
  expect(await openDataFolder(join(file, 'data'))).toMatch(/cannot be used/)
})

it('is held by whoever answers as it says, until it lets go', async () => {
  const folder = await emptyFolder()
  await using mock = await startMock()
  const holder = { pid: process.pid, port: mock.port, boot_id: mock.bootId }
  expect(await holderOf(folder)).toBeUndefined()
  await holdDataFolder(folder, holder)
  expect(await holderOf(folder)).toEqual(holder)
  await releaseDataFolder(folder)
  expect(await holderOf(folder)).toBeUndefined()
})

it('is free where its holder is gone, although its pid lives, and where somebody else has its port', async () => {
  const folder = await emptyFolder()
  const gone = await startMock()
  await holdDataFolder(folder, { pid: process.pid, port: gone.port, boot_id: gone.bootId })
  await gone.close()
  expect(await holderOf(folder)).toBeUndefined()
  await using another = await startMock()
  await holdDataFolder(folder, { pid: process.pid, port: another.port, boot_id: gone.bootId })
  expect(await holderOf(folder)).toBeUndefined()
})

it.each(['', 'null', '[]', '4711\n', '{"pid":1}', '{"pid":1,"port":"x","boot_id":"y"}'])(
  'is free where its file says %j',
  async (text) => {
    const folder = await emptyFolder()
    await writeFile(join(folder, 'sidecar.json'), text)
    expect(await holderOf(folder)).toBeUndefined()
  },
)

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mock-data-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
