// Builds the reference sidecar as a python_runtime bundle for this machine: `npm run bundle:reference`.
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { currentPlatform } from '../contracts/bundle/platform.ts'
import { type BuildOptions, parseArguments, usage } from './bundle-reference/arguments.ts'
import { buildBundle } from './bundle-reference/build.ts'
import { explainFailure, leftOut } from './bundle-reference/failure.ts'
import { findInputFiles, lockFile, sidecarFolder } from './bundle-reference/input-files.ts'
import { createdAt, forgetInputs, isUpToDate, readInputs, rememberInputs } from './bundle-reference/inputs.ts'
import { findInterpreter, interpreterNames } from './bundle-reference/interpreter.ts'
import { openStaging, putInPlace } from './bundle-reference/staging.ts'

const projectDir = resolve(import.meta.dirname, '..')

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseArguments(args, join(projectDir, 'dist', 'bundles'))
    if (options.help) say(usage)
    else await ensureBundle(options)
    return 0
  } catch (error) {
    const { exitCode, message } = explainFailure(error)
    process.stderr.write(`bundle:reference: ${message}\n`)
    return exitCode
  }
}

async function ensureBundle({ outDir, force, python }: BuildOptions): Promise<void> {
  const platform = currentPlatform()
  if (platform === undefined) throw leftOut(`there is no bundle for ${process.platform}-${process.arch}`)
  const bundleDir = join(outDir, `python_runtime-${platform}`)
  const files = await findInputFiles(projectDir)
  const host = await findInterpreter(python === undefined ? interpreterNames(process.platform) : [python])
  const inputs = await readInputs(projectDir, files, host, python)
  if (!force && (await isUpToDate(bundleDir, inputs))) return say(`up to date: ${bundleDir}`)
  const root = await openStaging(bundleDir)
  try {
    await buildBundle({
      ...{ root, platform, host, mustUseHost: python !== undefined, projectDir, say },
      sidecarDir: join(projectDir, sidecarFolder),
      lockFile: join(projectDir, lockFile),
      cacheDir: join(projectDir, '.cache', 'bundle-reference'),
      createdAt: createdAt(inputs, process.env['SOURCE_DATE_EPOCH']),
    })
    await forgetInputs(bundleDir)
    await putInPlace(root, bundleDir)
    await rememberInputs(bundleDir, inputs)
    say(`built: ${bundleDir}`)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
