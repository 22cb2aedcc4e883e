// All rules about the paths of a bundle at once, each at the level its platform gives it.
import type { Finding } from './finding.ts'
import { findCollisions } from './path-collisions.ts'
import type { Platform } from './platform.ts'
import { checkRelativePath } from './relative-path.ts'
import { checkWindowsNames } from './windows-name.ts'

/**
 * Judges the paths of a bundle for one platform. The verdict depends on nothing but the arguments.
 *
 * - Form, duplicates, and files that are folders: errors everywhere.
 * - Names that Windows cannot hold: errors for windows, warnings elsewhere.
 * - Spellings that differ in case or Unicode form alone: errors for macos and windows, warnings for linux.
 */
export function checkPaths(paths: readonly string[], platform: Platform): Finding[] {
  const forWindows = platform.startsWith('windows-')
  const forLinux = platform.startsWith('linux-')
  return [
    ...paths.flatMap(checkRelativePath),
    ...paths.flatMap(checkWindowsNames).map((found) => (forWindows ? found : asWarning(found))),
    ...findCollisions(paths).map((found) => (forLinux && found.code === 'path.collision' ? asWarning(found) : found)),
  ]
}

function asWarning(found: Finding): Finding {
  return { ...found, level: 'warning' }
}
