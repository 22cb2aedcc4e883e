// macOS: carries the dylibs that an interpreter needs into its bundle, points everything at them, and signs it again.
import { chmod, copyFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import type { Copied } from './elf-libraries.ts'
import { leftOut } from './failure.ts'
import { runProgram } from './run-program.ts'

/**
 * Makes the program and extension modules in `binaries` find their dylibs in `folder`, from wherever the bundle lies.
 * What lies in /usr/lib or /System belongs to every Mac; every other dylib is copied. Returns every file that was changed.
 */
export async function carryMachoLibraries(binaries: readonly Copied[], folder: string): Promise<string[]> {
  const executable = binaries[0]?.source ?? ''
  const queue = [...binaries]
  const changed: string[] = []
  for (const { file, source } of queue) {
    const changes = file.endsWith('.dylib') ? ['-id', `@loader_path/${basename(file)}`] : []
    for (const reference of parseOtool(await mustRun('otool', ['-L', source]))) {
      const needed = resolveReference(reference, source, executable)
      if (needed === undefined || needed === source) continue
      const copy = join(folder, dylibName(needed))
      if (!queue.some((known) => known.file === copy)) queue.push(await carry(needed, copy))
      changes.push('-change', reference, `@loader_path/${relative(dirname(file), copy)}`)
    }
    if (changes.length === 0) continue
    await mustRun('install_name_tool', [...changes, file])
    changed.push(file)
  }
  return changed
}

/** A changed Mach-O has lost its signature, and Apple's processors start no unsigned code: an ad-hoc signature is enough. */
export async function signAdHoc(files: readonly string[]): Promise<void> {
  for (const file of files) await mustRun('codesign', ['--force', '--sign', '-', file])
}

/** What `otool -L` printed: the references of a file, without those that every Mac fulfils. */
export function parseOtool(text: string): string[] {
  const references = [...text.matchAll(/^\t(.+) \(compatibility version /gm)].map(([, reference = '']) => reference)
  return [...new Set(references)].filter((reference) => !/^\/(usr\/lib|System)\//.test(reference))
}

/** Where a reference leads; `undefined` for an @rpath, which an interpreter that can be copied does not use. */
export function resolveReference(reference: string, source: string, executable: string): string | undefined {
  if (reference.startsWith('@rpath/')) return undefined
  return reference
    .replace(/^@loader_path(?=\/)/, () => dirname(source))
    .replace(/^@executable_path(?=\/)/, () => dirname(executable))
}

async function carry(source: string, file: string): Promise<Copied> {
  await copyFile(source, file)
  await chmod(file, 0o644)
  return { file, source }
}

/** The library of a framework is called `Python`, without an ending. */
function dylibName(path: string): string {
  const name = basename(path)
  return name.endsWith('.dylib') ? name : `lib${name}.dylib`
}

async function mustRun(program: string, args: readonly string[]): Promise<string> {
  const result = await runProgram(program, args)
  if (!result.ok) throw leftOut(`${program} failed; it comes with the command line tools of Xcode (${result.summary})`)
  return result.stdout
}
