// Somebody else's project with this package installed from its tarball, as `npm install sidecheck` would give it.
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { execa } from 'execa'

const root = join(import.meta.dirname, '..', '..')

/** What a clone has beside its sources, and what the package is built without. */
const leftOut = new Set(['node_modules', 'dist', '.git', '.cache', 'sidecheck-report'])

/** Packs a copy of the sources, built anew by `prepack`, so that `dist/` of the clone is left alone. Resolves with the tarball's path. */
export async function packCopy(folder: string): Promise<string> {
  const entries = (await readdir(root)).filter((entry) => !leftOut.has(entry))
  for (const entry of entries) await cp(join(root, entry), join(folder, entry), { recursive: true })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  await run('npm', ['pack'], folder)
  const tarball = (await readdir(folder)).find((file) => file.endsWith('.tgz'))
  if (tarball === undefined) throw new Error(`npm pack wrote no tarball into ${folder}`)
  return join(folder, tarball)
}

/** Makes a project in `folder` and installs the tarball there, its dependencies in the versions of our lock file. */
export async function installInto(folder: string, tarball: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const project = { name: 'foreign', private: true, type: 'module', overrides: await lockedVersions() }
  await writeFile(join(folder, 'package.json'), JSON.stringify(project))
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], folder)
}

/**
 * Runs a program in `folder` as its developer would: nothing of the tests' own environment but the Node that runs them.
 * `binDir` is a project whose installed programs may be used too. Never throws.
 */
export function runIn(folder: string, program: string, args: readonly string[], binDir = folder) {
  const ours = /^(npm_(package|lifecycle|config_local)|VITEST|NODE_ENV$|TEST$)/i
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)))
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`
  return execa(program, args, {
    cwd: folder,
    env: { ...own, PATH },
    extendEnv: false,
    preferLocal: true,
    localDir: binDir,
    stdin: 'ignore',
    all: true,
    reject: false,
  })
}

async function run(program: string, args: readonly string[], folder: string): Promise<void> {
  const { all, failed, shortMessage } = await runIn(folder, program, args)
  if (failed) throw new Error(`${shortMessage}\n${all}`)
}

/** The versions that were tested: what the newest of everything would bring may change from day to day. */
async function lockedVersions(): Promise<Record<string, string>> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; dev?: boolean }>
  }
  return Object.fromEntries(
    Object.entries(packages).flatMap(([path, { dev, version }]) => {
      const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? []
      return name === undefined || version === undefined || dev === true ? [] : [[name, version]]
    }),
  )
}
