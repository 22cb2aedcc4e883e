// Finds values by the ending of their files, so that adding one touches one place.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Imports every module in `folder` whose name ends in `ending` (`.scenario`, `.faults`), sources and built files alike. */
export async function loadByEnding(folder: string, ending: string): Promise<Record<string, unknown>[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(`${ending}.ts`) || file.endsWith(`${ending}.js`))
    .sort()
  return Promise.all(files.map((file) => import(pathToFileURL(join(folder, file)).href)))
}
