// Reads a folder from disk as the `files[]` of a manifest: every file and link with its mode, size and hash.
import { createHash, hash } from 'node:crypto'
import { createReadStream, type Dirent } from 'node:fs'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { FileEntry, SymlinkEntry, TreeEntry } from '../../contracts/bundle/manifest.ts'
import { sortByPath, unlistedFiles } from '../../contracts/bundle/tree-digest.ts'

/**
 * A folder as it is on the disk.
 *
 * `files` is sorted by path bytes and leaves out the manifest and its signature. `others` are entries that no manifest can hold:
 * sockets, pipes, devices, and names that are not UTF-8.
 */
export type Tree = { files: TreeEntry[]; others: { path: string; type: string }[] }

export type DescribeTreeOptions = {
  /** Where the disk has no modes (Windows), those of these entries are taken; what is not among them is 755 for `.exe`, else 644. */
  modesFrom?: readonly { path: string; mode: string }[]
  /** Files read at the same time. Default 8. */
  concurrency?: number
  /** Whether the disk has modes. Default: on every system but Windows. */
  diskHasModes?: boolean
}

/**
 * Describes every entry under `root`. Links are described, never followed; folders are not entries. Paths are kept as the disk
 * spells them, also where they break a rule. Rejects with Node's own error where a folder or file cannot be read.
 */
export async function describeTree(root: string, options: DescribeTreeOptions = {}): Promise<Tree> {
  const { concurrency = 8, diskHasModes = process.platform !== 'win32' } = options
  const modes = diskHasModes ? undefined : new Map(options.modesFrom?.map(({ path, mode }) => [path, mode]))
  const found = await list(root, '')
  const described = await mapAtOnce(concurrency, found, (entry) => describe(root, entry, modes))
  return {
    files: sortByPath(described.filter((entry) => 'sha256' in entry)),
    others: sortByPath(described.filter((entry) => !('sha256' in entry))),
  }
}

type Found = { path: string; type: 'file' | 'symlink' } | Other
type Other = { path: string; type: 'not-utf8' | 'special' }
type Modes = ReadonlyMap<string, string> | undefined

async function list(root: string, folder: string): Promise<Found[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true })
  const lists = entries.map((entry): Found[] | Promise<Found[]> => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (unlistedFiles.includes(path)) return []
    return entry.isDirectory() ? list(root, path) : [{ path, type: typeOf(entry) }]
  })
  return (await Promise.all(lists)).flat()
}

/** Node writes U+FFFD for bytes that are not UTF-8, and such a name cannot be opened any more. */
function typeOf(entry: Dirent): Found['type'] {
  if (entry.name.includes('\ufffd')) return 'not-utf8'
  if (entry.isSymbolicLink()) return 'symlink'
  return entry.isFile() ? 'file' : 'special'
}

async function describe(root: string, entry: Found, modes: Modes): Promise<TreeEntry | Other> {
  const { path, type } = entry
  if (type === 'file') return describeFile(join(root, path), path, modes)
  if (type === 'symlink') return describeLink(join(root, path), path)
  return { path, type }
}

async function describeFile(file: string, path: string, modes: Modes): Promise<FileEntry> {
  const { mode, size } = await lstat(file)
  return {
    path,
    type: 'file',
    mode: modes === undefined ? fromDisk(mode) : fromList(path, modes),
    size,
    sha256: await sha256Of(file, size),
  }
}

function fromDisk(mode: number): FileEntry['mode'] {
  return mode & 0o100 ? '755' : '644'
}

function fromList(path: string, modes: ReadonlyMap<string, string>): FileEntry['mode'] {
  const isExecutable = (modes.get(path) ?? (path.endsWith('.exe') ? '755' : '644')) === '755'
  return isExecutable ? '755' : '644'
}

/** Windows writes a link's target with backslashes; a manifest does not. */
async function describeLink(file: string, path: string): Promise<SymlinkEntry> {
  const target = (await readlink(file)).replaceAll(sep, '/')
  return { path, type: 'symlink', mode: '000', size: Buffer.byteLength(target), sha256: hash('sha256', target), target }
}

/** Small files are read at once, which is several times faster than streaming each; large ones never lie in memory whole. */
async function sha256Of(file: string, size: number): Promise<string> {
  if (size <= 4 * 1024 * 1024) return hash('sha256', await readFile(file))
  const digest = createHash('sha256')
  for await (const chunk of createReadStream(file)) digest.update(chunk)
  return digest.digest('hex')
}

async function mapAtOnce<In, Out>(
  atOnce: number,
  items: readonly In[],
  map: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = []
  const queue = items.values()
  const work = async () => {
    for (const item of queue) results.push(await map(item))
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}
