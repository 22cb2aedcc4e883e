// Finds the files that hold the key of a kernel: Jupyter's connection files, whatever they are called.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'

export interface FoundFile {
  /** Below the folder that was searched. */
  readonly path: string
  readonly mode: number
  /** Others on the machine can read it: its own mode lets them, and that of every folder on the way. */
  readonly readable: boolean
}

/** All of them below `folder`, which others can enter. */
export async function filesWithKeys(folder: string): Promise<FoundFile[]> {
  return search(folder, folder, true)
}

async function search(root: string, folder: string, open: boolean): Promise<FoundFile[]> {
  // A folder may go while it is looked at, as may a file.
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name)
      const mode = (await modeOf(path)) & 0o777
      if (entry.isDirectory()) return search(root, path, open && (mode & 0o011) !== 0)
      const isFound = entry.isFile() && (await holdsKey(path))
      return isFound ? [{ path: relative(root, path), mode, readable: open && (mode & 0o044) !== 0 }] : []
    }),
  )
  return found.flat()
}

async function modeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ mode }) => mode,
    () => 0,
  )
}

async function holdsKey(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return /"key"\s*:/.test(text) && /"(shell_port|signature_scheme|transport)"\s*:/.test(text)
}
