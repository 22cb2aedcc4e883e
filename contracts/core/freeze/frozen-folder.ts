// The folder of frozen contracts on disk: reads it, writes it, and says which files are not what they should be.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { FrozenFiles } from './freeze.ts'

/**
 * Reads the JSON files below `folder`: a whole folder of frozen contracts, or that of a single one.
 * Throws an Error of one line where the folder is not there or holds no contract.
 */
export async function loadFrozen(folder: string): Promise<FrozenFiles> {
  const files = await readFolder(folder)
  if (files === undefined) throw new Error(`no frozen contract: there is no folder ${folder}`)
  if ([...files.keys()].some((path) => /^([^/]+\/)?contract\.json$/.test(path))) return files
  throw new Error(`no frozen contract: expected contract.json in ${folder} or one folder below; received neither`)
}

/** Makes `folder` hold exactly these files: writes what differs, removes what does not belong. Returns the paths touched. */
export async function writeFrozen(folder: string, files: FrozenFiles): Promise<string[]> {
  const stale = staleFiles(files, (await readFolder(folder)) ?? new Map())
  for (const path of stale) {
    const target = join(folder, path)
    const text = files.get(path)
    if (text === undefined) await rm(target)
    else {
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, text)
    }
  }
  return stale
}

/** Reads what stands in `folder` and names the files that are not what `files` gives. A missing folder misses all. */
export async function checkFrozen(folder: string, files: FrozenFiles): Promise<string[]> {
  return staleFiles(files, (await readFolder(folder)) ?? new Map())
}

/** The paths, sorted, whose text is missing, differs or should not be there. */
function staleFiles(expected: FrozenFiles, found: FrozenFiles): string[] {
  const paths = new Set([...expected.keys(), ...found.keys()])
  return [...paths].filter((path) => expected.get(path) !== found.get(path)).sort()
}

async function readFolder(folder: string): Promise<FrozenFiles | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(orUndefined)
  const paths = entries?.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  if (paths === undefined) return undefined
  const named = paths.map((path) => [relative(folder, path).split(sep).join('/'), path] as const)
  return new Map(await Promise.all(named.map(async ([name, path]) => [name, await readFile(path, 'utf8')] as const)))
}

function orUndefined(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return
  throw error
}
