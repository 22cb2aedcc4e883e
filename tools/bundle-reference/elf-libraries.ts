// Linux: carries the shared libraries that an interpreter needs into its bundle, and points everything at them.
import { copyFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { broken, leftOut } from './failure.ts'
import { runProgram } from './run-program.ts'

/**
 * Makes the program and extension modules in `binaries` find their shared libraries in `folder`, from wherever the bundle lies.
 * The C library and what belongs to it stay the system's; every other one is copied, under the name it is asked for.
 */
export async function carryElfLibraries(binaries: readonly Copied[], folder: string, patchelf: string): Promise<void> {
  const needs = await readNeeds(binaries.map(({ source }) => source))
  const carried = new Map([...needs.values()].flat().map(({ name, path }) => [join(folder, name), path]))
  for (const [copy, path] of carried) await copyFile(path, copy)
  for (const { file, source } of binaries) {
    const isUser = (needs.get(source) ?? []).length > 0
    await setRunPath(patchelf, file, isUser ? relative(dirname(file), folder) : undefined)
  }
  for (const copy of carried.keys()) await setRunPath(patchelf, copy, '.')
}

/** A file to be changed, and the one it was copied from, which still finds its libraries where it lies. */
export type Copied = { file: string; source: string }

type Library = { name: string; path: string }

/** `ldd` starts the system's own loader, so what it says is what would happen. */
async function readNeeds(sources: readonly string[]): Promise<Map<string, Library[]>> {
  const result = await runProgram('ldd', sources)
  if (!result.ok && !/not a dynamic executable/.test(result.output))
    throw leftOut(`ldd is needed to see an interpreter's libraries, and failed: ${result.summary}`)
  return parseLdd(result.stdout, sources[0] ?? '')
}

/**
 * What `ldd` printed for several files, or without any heading for `onlyFile`: the libraries each needs, directly or through others,
 * without those that belong to the system.
 */
export function parseLdd(text: string, onlyFile: string): Map<string, Library[]> {
  const needs = new Map<string, Library[]>()
  let file = onlyFile
  for (const line of text.split('\n').filter(Boolean)) {
    file = /^(\S.*):$/.exec(line)?.[1] ?? file
    const [, name, path] = /^\t(\S+) => (\/.+) \(0x[0-9a-f]+\)$/.exec(line) ?? []
    const isCarried = name !== undefined && path !== undefined && !systemLibraries.test(name)
    needs.set(file, [...(needs.get(file) ?? []), ...(isCarried ? [{ name, path }] : [])])
  }
  return needs
}

/** Versions of these must fit the kernel and each other, and every Linux has them. */
const systemLibraries =
  /^(ld-|linux-|libc\.|libc-|libm\.|libdl\.|libpthread\.|librt\.|libutil\.|libresolv\.|libanl\.|libgcc_s\.|libstdc\+\+\.)/

/** `fromFile` is the way to the libraries from the file's own folder; without one the file is left without any run path. */
async function setRunPath(patchelf: string, file: string, fromFile: string | undefined): Promise<void> {
  const change = fromFile === undefined ? ['--remove-rpath'] : ['--set-rpath', `$ORIGIN/${fromFile}`]
  const result = await runProgram(patchelf, [...change, file])
  if (!result.ok) throw broken(`patchelf could not change the run path of ${file}: ${result.summary}`)
}
