// Installs the locked dependencies into the embedded interpreter.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listFiles } from './list-files.ts'
import { pipFailure } from './pip-failure.ts'
import { runProgram } from './run-program.ts'
import type { ToolBox } from './tool-box.ts'

/**
 * Installs `lockFile` into the folder `sitePackages`, with pip but for the interpreter `python`, so that every wheel fits that one.
 * Only wheels, only with the hashes of the lock; afterwards no command-line script is left, since a script names its interpreter's path.
 */
export async function installPackages(
  [program, ...args]: ToolBox['pip'],
  python: string,
  lockFile: string,
  sitePackages: string,
): Promise<void> {
  await mkdir(sitePackages, { recursive: true })
  const how = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '--no-compile', '--target', sitePackages]
  const result = await runProgram(program, [...args, '--python', python, 'install', ...how, '-r', lockFile])
  if (!result.ok) throw pipFailure(result, lockFile)
  for (const scripts of ['bin', 'Scripts']) await rm(join(sitePackages, scripts), { recursive: true, force: true })
  await forgetScripts(sitePackages)
}

async function forgetScripts(sitePackages: string): Promise<void> {
  const records = (await listFiles(sitePackages)).filter((path) => path.endsWith('.dist-info/RECORD'))
  for (const record of records) {
    const text = await readFile(join(sitePackages, record), 'utf8')
    await writeFile(join(sitePackages, record), withoutScripts(text))
  }
}

/** A RECORD without the lines of files outside of site-packages: they are gone, and their hashes came from where they were built. */
export function withoutScripts(record: string): string {
  return record.replace(/^"?\.\.\/.*\r?\n/gm, '')
}
