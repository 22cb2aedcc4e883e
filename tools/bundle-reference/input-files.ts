// Which files a bundle is made from: a change in one of them makes a new bundle.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { broken } from './failure.ts'
import { isScrap, shippedParts } from './install-code.ts'
import { listFiles } from './list-files.ts'

/** The sidecar as it lies in the project. */
export const sidecarFolder = 'fixtures/reference-sidecar'
export const lockFile = `${sidecarFolder}/requirements.lock`

/** The lock, the code, the content, and the builder itself; relative to `projectDir`, with `/`, sorted. Throws where there is no lock. */
export async function findInputFiles(projectDir: string): Promise<string[]> {
  if ((await stat(join(projectDir, lockFile)).catch(() => undefined)) === undefined)
    throw broken(`expected the locked dependencies in ${lockFile}, found none; write them with hashes`)
  const lists = await Promise.all(inputFolders.map((folder) => listFolder(projectDir, folder)))
  return [lockFile, ...builderFiles, ...lists.flat()].sort()
}

const inputFolders = [
  ...shippedParts.map((part) => `${sidecarFolder}/${part}`),
  'tools/bundle-reference',
  'contracts/bundle',
]
const builderFiles = ['tools/bundle-reference.ts', 'harness/bundle/describe-tree.ts']

async function listFolder(projectDir: string, folder: string): Promise<string[]> {
  const paths = await listFiles(join(projectDir, folder))
  return paths
    .filter((path) => !path.split('/').some(isScrap) && !path.endsWith('.test.ts'))
    .map((path) => `${folder}/${path}`)
}
