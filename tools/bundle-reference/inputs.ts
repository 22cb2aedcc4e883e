// What a bundle is made from, as one digest: the same digest means that the bundle that is there is still good.
import { hash } from 'node:crypto'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Interpreter } from './interpreter.ts'
import { mapAtOnce } from './map-at-once.ts'

export type Inputs = { digest: string; newest: Date }

/**
 * Digests names and bytes of `files` (relative to `projectDir`), what was asked for, and the machine's interpreter;
 * and finds the time of the newest file.
 */
export async function readInputs(
  projectDir: string,
  files: readonly string[],
  host: Pick<Interpreter, 'version' | 'executable'>,
  asked = '',
): Promise<Inputs> {
  const parts = await mapAtOnce(files, async (file) => {
    const [bytes, { mtime }] = await Promise.all([readFile(join(projectDir, file)), stat(join(projectDir, file))])
    return { line: `${hash('sha256', bytes)} ${file}\n`, mtime }
  })
  const machine = `${host.version} ${host.executable} ${process.platform} ${process.arch} ${asked}\n`
  const newest = new Date(Math.max(0, ...parts.map(({ mtime }) => mtime.getTime())))
  return { digest: hash('sha256', machine + parts.map(({ line }) => line).join('')), newest }
}

/**
 * The manifest's `created_at`: SOURCE_DATE_EPOCH (whole seconds since 1970) where it is set, else the time of the newest input,
 * so that the same inputs give the same bytes.
 */
export function createdAt({ newest }: Pick<Inputs, 'newest'>, sourceDateEpoch: string | undefined): Date {
  const isSet = sourceDateEpoch !== undefined && /^\d{1,12}$/.test(sourceDateEpoch)
  const seconds = isSet ? Number(sourceDateEpoch) : Math.floor(newest.getTime() / 1000)
  return new Date(seconds * 1000)
}

/** Whether the bundle in `bundleDir` was made from these inputs, and its manifest is still the one that was written then. */
export async function isUpToDate(bundleDir: string, { digest }: Inputs): Promise<boolean> {
  const [record, manifest] = await Promise.all([read(recordOf(bundleDir)), read(join(bundleDir, 'manifest.json'))])
  return record !== undefined && manifest !== undefined && record === recordText(digest, manifest)
}

/** Remembers, beside the bundle, what it was made from. */
export async function rememberInputs(bundleDir: string, { digest }: Inputs): Promise<void> {
  const manifest = await readFile(join(bundleDir, 'manifest.json'), 'utf8')
  await writeFile(recordOf(bundleDir), recordText(digest, manifest))
}

/** Before a bundle is replaced: should the build end in between, nothing must vouch for what is there. */
export async function forgetInputs(bundleDir: string): Promise<void> {
  await rm(recordOf(bundleDir), { force: true })
}

function recordOf(bundleDir: string): string {
  return `${bundleDir}.inputs`
}

function recordText(digest: string, manifest: string): string {
  return `inputs ${digest}\nmanifest ${hash('sha256', manifest)}\n`
}

async function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined)
}
