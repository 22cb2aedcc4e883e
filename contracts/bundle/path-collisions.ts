// Paths that become one on file systems that ignore case or Unicode form.
import { type Finding, finding } from './finding.ts'

/**
 * Where two paths of a bundle would meet on macOS or Windows (BND-10): after NFD → lower case → upper case they are the same.
 * The folders above each path take part too, so `A/x` meets the file `a` and the folder of `a/y`.
 * All findings are errors here: whether they matter depends on the bundle's platform, see `checkPaths`.
 * An exact duplicate (`path.duplicate`) and a file that is also a folder (`path.file-is-folder`) are wrong on every platform.
 */
export function findCollisions(paths: readonly string[]): Finding[] {
  const findings: Finding[] = []
  const seen = new Map<string, Name>()
  for (const name of paths.flatMap(namesOf)) {
    const key = foldPath(name.path)
    const first = seen.get(key)
    if (first === undefined) seen.set(key, name)
    else findings.push(...judge(first, name))
  }
  return uniqueByPath(findings)
}

/** The key under which paths meet: NFD → lower case → upper case, without regard to a locale (`ß` meets `ss`, `É` meets `é`). */
export function foldPath(path: string): string {
  return path.normalize('NFD').toLowerCase().toUpperCase()
}

type Name = { path: string; kind: 'entry' | 'folder' }

/** The folders above a path, outermost first, then the path itself. */
function namesOf(path: string): Name[] {
  const folders = [...path.matchAll(/\//g)].map((slash) => path.slice(0, slash.index))
  return [...folders.map((folder): Name => ({ path: folder, kind: 'folder' })), { path, kind: 'entry' }]
}

function judge(first: Name, second: Name): Finding[] {
  const differsInCase = first.path !== second.path
  if (differsInCase) return [finding('path.collision', second.path, `no other spelling of ${first.path}`, second.path)]
  if (first.kind !== second.kind) return [finding('path.file-is-folder', second.path, 'a file or a folder', 'both')]
  if (second.kind === 'entry') return [finding('path.duplicate', second.path, 'one entry', 'two')]
  return []
}

/** A folder's spelling is told once, however many files it holds. */
function uniqueByPath(findings: Finding[]): Finding[] {
  return [...new Map(findings.map((found) => [`${found.code} ${found.path}`, found])).values()]
}
