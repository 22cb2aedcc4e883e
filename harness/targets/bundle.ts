// A python_runtime bundle as a target: its manifest says what to start.
import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Manifest, parseManifest } from '../../contracts/bundle/manifest.ts'
import { checkManifest } from '../../contracts/bundle/manifest-rules.ts'
import { currentPlatform } from '../../contracts/bundle/platform.ts'
import { type ProcessTarget, TargetError } from './target.ts'

/** The bundle in `dir`. Throws a TargetError where it has no manifest, a broken one, or one that this machine cannot run. */
export async function bundleTarget(
  dir: string,
  options: { contract: string; contentDir?: string },
): Promise<ProcessTarget> {
  const root = resolve(dir)
  const manifest = await readManifest(root)
  if (manifest.kind !== 'python_runtime') {
    throw new TargetError(`--bundle needs a bundle of kind python_runtime; ${root} is of kind ${manifest.kind}`)
  }
  if (!manifest.contracts.includes(options.contract)) {
    throw new TargetError(
      `the bundle serves ${manifest.contracts.join(', ')}; asked for was ${options.contract}. Choose with --contract.`,
    )
  }
  if (manifest.platform !== currentPlatform()) {
    throw new TargetError(
      `the bundle is for ${manifest.platform}; this machine is ${currentPlatform() ?? process.platform}. Run it there.`,
    )
  }
  const { entrypoint, entrypoint_args: args = [], platform, sha256: digest } = manifest
  return {
    kind: 'process',
    name: 'bundle',
    describes: `the bundle ${root} (${platform}, sidecar ${manifest.sidecar_version}, tree ${digest.slice(0, 12)})`,
    file: join(root, ...entrypoint.split('/')),
    args,
    readyWithinMs: 60_000,
    bundle: { dir: root, digest, platform },
    ...(options.contentDir === undefined ? {} : { contentDir: options.contentDir }),
  }
}

async function readManifest(root: string): Promise<Manifest> {
  const folder = await stat(root).catch(() => undefined)
  if (folder === undefined) throw new TargetError(`--bundle needs a folder; there is nothing at ${root}`)
  if (!folder.isDirectory()) throw new TargetError(`--bundle needs a folder; ${root} is a file. Unpack it first.`)
  const text = await readFile(join(root, 'manifest.json'), 'utf8').catch(() => undefined)
  if (text === undefined) throw new TargetError(`a bundle has a manifest.json at its root; ${root} has none`)
  const parsed = parseManifest(text)
  const findings = 'findings' in parsed ? parsed.findings : checkManifest(parsed.manifest)
  const [first] = findings
  if (first !== undefined) {
    const more = findings.length === 1 ? '' : ` (and ${findings.length - 1} more)`
    throw new TargetError(
      `manifest.json at ${first.path}: expected ${first.expected}; received ${first.received}${more}`,
    )
  }
  if (!('manifest' in parsed)) throw new TargetError('manifest.json cannot be read')
  return parsed.manifest
}
