// Finds the checks of a contract by their files: every export of a `*.checks` file that is a check. Adding one touches one place.
import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Check } from './check.ts'
import type { SessionContext } from './session/context.ts'

/** A check with the area that its folder says. */
export interface KnownCheck extends Check<SessionContext> {
  readonly area: string
}

/** The checks of the contract whose folder this is, sorted by id. Throws a TypeError where two share an id. */
export async function loadChecks(contractFolder: string): Promise<KnownCheck[]> {
  const root = join(import.meta.dirname, contractFolder)
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.checks\.(ts|js)$/.test(file),
  )
  const checks = new Map<string, KnownCheck>()
  for (const file of files.sort()) {
    const module = (await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>
    for (const check of Object.values(module).flat().filter(isCheck)) {
      if (checks.has(check.id)) throw new TypeError(`two checks are called ${check.id}`)
      checks.set(check.id, { ...check, area: basename(dirname(file)) })
    }
  }
  return [...checks.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function isCheck(value: unknown): value is Check<SessionContext> {
  return typeof value === 'object' && value !== null && 'rule' in value && 'run' in value && 'covers' in value
}
