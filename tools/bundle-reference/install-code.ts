// Puts the sidecar's own code and sample content into a bundle, where the embedded interpreter finds them.
import { cp, mkdir, stat, writeFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { z } from 'zod'
import { broken } from './failure.ts'
import { interpreterArgs } from './layout.ts'
import { runProgram } from './run-program.ts'

/** Where the code and content stand in the bundle. */
export const codeFolder = 'app'

/** The parts of the sidecar's source folder that are shipped. */
export const shippedParts: readonly string[] = ['reference_sidecar', 'content']

/**
 * Copies the shipped parts of `source` to `app/`, and makes them importable from any working directory: a `.pth` file in
 * site-packages may name a folder relative to itself, which is read under `-I` too and survives every move of the bundle.
 */
export async function installCode(root: string, source: string, sitePackages: string): Promise<void> {
  const app = join(root, codeFolder)
  await mkdir(app)
  for (const part of shippedParts) {
    if (!(await exists(join(source, part)))) throw broken(`expected the sidecar's ${part} in ${source}, found none`)
    await cp(join(source, part), join(app, part), { recursive: true, filter: (path) => !isScrap(path) })
  }
  const fromSite = relative(sitePackages, app).replaceAll('\\', '/')
  await writeFile(join(sitePackages, 'sidecar.pth'), `${fromSite}\n`)
}

/** What the package says of itself. */
export async function askPackage(python: string): Promise<{ sidecarVersion: string; contract: string }> {
  const question =
    'import json, reference_sidecar as it; print(json.dumps({"sidecarVersion": it.VERSION, "contract": it.CONTRACT}))'
  const { ok, stdout, output } = await runProgram(python, [...interpreterArgs, '-c', question])
  if (!ok) throw broken(`the embedded interpreter cannot import reference_sidecar: ${output.trim().split('\n').at(-1)}`)
  return z.object({ sidecarVersion: z.string(), contract: z.string() }).parse(JSON.parse(stdout))
}

/** Left behind by running the code where it is written. */
export function isScrap(path: string): boolean {
  return basename(path) === '__pycache__' || /\.pyc$|^\.DS_Store$/.test(basename(path))
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
