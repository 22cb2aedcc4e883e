// The steps from an empty folder to a bundle with its manifest.
import { join } from 'node:path'
import type { Platform } from '../../contracts/bundle/platform.ts'
import { findPaths, tellingPaths } from './build-paths.ts'
import { compileModules } from './compile.ts'
import { embedPython } from './embed-python.ts'
import { broken } from './failure.ts'
import { askPackage, codeFolder, installCode } from './install-code.ts'
import { installPackages } from './install-packages.ts'
import type { Interpreter } from './interpreter.ts'
import { layoutFor } from './layout.ts'
import { listFiles } from './list-files.ts'
import { findSitePackages } from './site-packages.ts'
import { fetchStandalonePython } from './standalone-python.ts'
import { openToolBox, type ToolBox } from './tool-box.ts'
import { writeManifest } from './write-manifest.ts'

export type Build = {
  /** An empty folder, which becomes the bundle. */
  root: string
  platform: Platform
  /** The machine's own interpreter: it runs pip, and is embedded itself where no relocatable one can be fetched. */
  host: Interpreter
  /** Embeds the machine's interpreter without trying to fetch another. */
  mustUseHost: boolean
  projectDir: string
  /** The folder of the sidecar: its package, its content, its lock. */
  sidecarDir: string
  lockFile: string
  cacheDir: string
  createdAt: Date
  /** Told once for every step. */
  say: (line: string) => void
}

/** Fills `root`. Throws a failure, and leaves `root` half full, where a step does not succeed. */
export async function buildBundle(build: Build): Promise<void> {
  const { root, host, cacheDir, lockFile, sidecarDir, say } = build
  const tools = await openToolBox(host, cacheDir)
  const { source, from } = await chooseInterpreter(build, tools)
  say(`embedding CPython ${source.version} (${from}) of ${source.prefix}`)
  const layout = layoutFor(process.platform, source)
  const [python, stdlib] = [join(root, layout.executable), join(root, layout.stdlib)]
  await embedPython(root, source, layout, tools.patchelf)
  const sitePackages = await findSitePackages(python, { root, stdlib, version: source.version })
  say('installing the locked dependencies and the code')
  await installPackages(tools.pip, python, lockFile, sitePackages)
  await installCode(root, sidecarDir, sitePackages)
  const said = await askPackage(python)
  say('compiling every module')
  await compileModules(python, root, [stdlib, join(root, codeFolder)])
  await mustTellNoPath(root, [...source.buildPaths, root, build.projectDir])
  await describe(build, { ...said, pythonVersion: source.version, executable: layout.executable, pythonFrom: from })
}

/** A relocatable interpreter where one can be fetched, else a copy of the machine's own. */
async function chooseInterpreter(build: Build, tools: ToolBox): Promise<{ source: Interpreter; from: string }> {
  const machine = { source: build.host, from: 'machine' }
  if (build.mustUseHost) return machine
  const standalone = await fetchStandalonePython(tools.uv, build.cacheDir)
  if (!('reason' in standalone)) return { source: standalone, from: 'standalone' }
  build.say(`no standalone CPython can be fetched here (${standalone.reason}); the machine's own is used`)
  return machine
}

async function mustTellNoPath(root: string, paths: readonly string[]): Promise<void> {
  const found = await findPaths(root, await listFiles(root), tellingPaths(paths))
  if (found.length === 0) return
  throw broken(`${found.length} files of the bundle hold a path of this machine: ${found.slice(0, 5).join(', ')}`)
}

type Said = { sidecarVersion: string; contract: string; pythonVersion: string; executable: string; pythonFrom: string }

async function describe({ root, platform, createdAt, say }: Build, said: Said): Promise<void> {
  const { files } = await writeManifest(root, { ...said, platform, createdAt })
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  say(`described ${files.length} files, ${Math.ceil(bytes / 1e6)} MB`)
}
