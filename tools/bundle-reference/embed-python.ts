// Copies an installed interpreter into a bundle, and makes the copy independent of where it came from.
import { chmod, copyFile, cp, mkdir, readdir } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { neutralisePaths, tellingPaths } from './build-paths.ts'
import { type Copied, carryElfLibraries } from './elf-libraries.ts'
import type { Interpreter } from './interpreter.ts'
import { isLeftBehind, isWindowsRuntime, type Layout } from './layout.ts'
import { listFiles } from './list-files.ts'
import { carryMachoLibraries, signAdHoc } from './macho-libraries.ts'

/** Puts `python/` under `root`. Links are followed, so that the copy has none; `patchelf` is used on Linux alone. */
export async function embedPython(root: string, source: Interpreter, layout: Layout, patchelf: string): Promise<void> {
  await copyProgram(root, source, layout)
  await copyLibrary(source.stdlib, join(root, layout.stdlib))
  if (process.platform === 'win32') return embedOnWindows(root, source)
  const binaries = await findBinaries(root, source, layout)
  await mkdir(join(root, layout.libraries), { recursive: true })
  if (process.platform === 'darwin') return embedOnMac(root, source, binaries, join(root, layout.libraries))
  await carryElfLibraries(binaries, join(root, layout.libraries), patchelf)
  await forgetSource(root, source)
}

async function copyProgram(root: string, { executable }: Interpreter, layout: Layout): Promise<void> {
  const program = join(root, layout.executable)
  await mkdir(dirname(program), { recursive: true })
  await copyFile(executable, program)
  await chmod(program, 0o755)
}

async function copyLibrary(from: string, to: string): Promise<void> {
  const filter = (path: string) => path === from || !isLeftBehind(relative(from, path).split(sep).join('/'))
  await cp(from, to, { recursive: true, dereference: true, filter })
}

/** Windows looks for libraries beside the program, and for extension modules in DLLs: copies are enough. */
async function embedOnWindows(root: string, { prefix }: Interpreter): Promise<void> {
  for (const name of (await readdir(prefix)).filter(isWindowsRuntime))
    await copyFile(join(prefix, name), join(root, 'python', name))
  await copyLibrary(join(prefix, 'DLLs'), join(root, 'python', 'DLLs'))
}

/** The order matters: load commands hold paths of the source, and a signature must come after every change. */
async function embedOnMac(root: string, source: Interpreter, binaries: Copied[], folder: string): Promise<void> {
  const relinked = await carryMachoLibraries(binaries, folder)
  const neutral = (await forgetSource(root, source)).map((path) => join(root, path))
  const changed = [...new Set([...relinked, ...neutral])]
  await signAdHoc(changed.filter((file) => file === binaries[0]?.file || /\.(so|dylib)$/.test(file)))
}

/** The program first, then the extension modules of the standard library, each with the file it was copied from. */
async function findBinaries(root: string, source: Interpreter, layout: Layout): Promise<Copied[]> {
  const library = join(root, layout.stdlib)
  const modules = (await listFiles(library)).filter((path) => basename(path).endsWith('.so'))
  const copies = modules.map((path) => ({ file: join(library, path), source: join(source.stdlib, path) }))
  return [{ file: join(root, layout.executable), source: source.executable }, ...copies]
}

async function forgetSource(root: string, source: Interpreter): Promise<string[]> {
  return neutralisePaths(root, await listFiles(root), tellingPaths(source.buildPaths))
}
