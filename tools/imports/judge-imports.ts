// Which imports break the rules: folders that may not know each other, packages that are not declared, and what the package ships.
import type { Import } from './find-imports.ts'

/** A row: files whose path begins with `of` may import files whose path begins with one of `may`, and those beside them. */
export interface FolderRule {
  readonly of: string
  readonly may: readonly string[]
}

export interface Packages {
  /** Installed with the package. */
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
}

/** Imports across folders that no row allows, as sentences. The longest `of` that fits a file is its row. */
export function judgeFolders(imports: readonly Import[], rules: readonly FolderRule[]): string[] {
  return imports
    .filter(({ isOurs }) => isOurs)
    .flatMap(({ from, to }) => {
      const rule = ruleOf(from, rules)
      if (rule === undefined) return [`${from}: no row of the table says what it may import`]
      const allowed = [rule.of, ...rule.may].some((folder) => to.startsWith(folder))
      return allowed ? [] : [`${from} imports ${to}; ${rule.of} may import ${listed(rule.may)}`]
    })
}

/** Packages that are imported but not declared; what the package ships may use `dependencies` alone. */
export function judgePackages(
  imports: readonly Import[],
  shipped: ReadonlySet<string>,
  { dependencies, devDependencies }: Packages,
): string[] {
  return imports
    .filter(({ isOurs, to }) => !isOurs && !to.startsWith('node:'))
    .flatMap(({ from, to }) => {
      const name = packageName(to)
      if (dependencies.includes(name)) return []
      if (!devDependencies.includes(name)) return [`${from} imports ${name}, which package.json does not declare`]
      return shipped.has(from) ? [`${from} is shipped and imports ${name}, which is no dependency of the package`] : []
    })
}

/** The files that can be reached from `roots`, these included. */
export function reachable(roots: readonly string[], imports: readonly Import[]): Set<string> {
  const next = Map.groupBy(
    imports.filter(({ isOurs }) => isOurs),
    ({ from }) => from,
  )
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const { to } of next.get(file) ?? []) visit(to)
  }
  roots.forEach(visit)
  return seen
}

function ruleOf(from: string, rules: readonly FolderRule[]): FolderRule | undefined {
  return rules.filter(({ of }) => from.startsWith(of)).sort((a, b) => b.of.length - a.of.length)[0]
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function listed(folders: readonly string[]): string {
  return folders.length === 0 ? 'nothing of ours' : folders.join(', ')
}
