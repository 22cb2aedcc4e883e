// Where the packaged Python backend lies, in development and in the installed app (contract, backend/1).
import { statSync } from 'node:fs'
import { posix, win32 } from 'node:path'

export interface BackendLocation {
  /** Name of the executable without its ending. Default `backend`. */
  readonly name?: string
  /** The project's folder, which holds `python/dist/`. Looked at in development. */
  readonly projectDir: string
  /** Electron's `process.resourcesPath`. Looked at once the app is packaged. */
  readonly resourcesDir: string
  /** Electron's `app.isPackaged`. */
  readonly isPackaged: boolean
  /** Default: this one. `.exe` is added on `win32`. */
  readonly platform?: NodeJS.Platform
}

/**
 * The places where it may lie, the likeliest first. Packagers copy a file that is named as an extra resource to
 * the top of the resources folder, not to `python/`; PyInstaller's one-folder build has a folder of the program's own name.
 */
export function backendPaths(location: BackendLocation): string[] {
  const { isPackaged, name = 'backend', platform = process.platform, projectDir, resourcesDir } = location
  const { join } = platform === 'win32' ? win32 : posix
  const file = platform === 'win32' ? `${name}.exe` : name
  const folders = isPackaged ? [join(resourcesDir, 'python'), resourcesDir] : [join(projectDir, 'python', 'dist')]
  return folders.flatMap((folder) => [join(folder, file), join(folder, name, file)])
}

/** The first place where there is a file; the likeliest one where there is none. */
export function findBackend(location: BackendLocation): { readonly path: string; readonly exists: boolean } {
  const paths = backendPaths(location)
  const found = paths.find(isFile)
  return { path: found ?? paths[0] ?? '', exists: found !== undefined }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
