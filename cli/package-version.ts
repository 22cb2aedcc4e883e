// The version of this package, read from its package.json wherever the program runs from.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Such as `1.2.3`. */
export function packageVersion(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  return version
}
