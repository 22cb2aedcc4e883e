// Lists the files under a folder.
import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** Paths relative to `folder`, with `/`, sorted. A folder that is not there has none; links to folders are not followed. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(noEntries)
  const files = entries.filter((entry) => !entry.isDirectory())
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')).sort()
}

function noEntries(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return []
  throw error
}
