// Builds what the package consists of, from the sources into `dist/`: `npm run build`.
import { cp, glob, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { bundleMock } from './build/bundle-mock.ts'
import { replaceBuilt } from './build/replace-built.ts'

const projectDir = join(import.meta.dirname, '..')
const outDir = join(projectDir, 'dist')

/** Files that programs read beside their code. */
const assets = ['contracts/frozen/**/*.json', 'fixtures/programs/*.py']

await build()

async function build(): Promise<void> {
  const startedAt = new Date()
  await mkdir(outDir, { recursive: true })
  const staged = await mkdtemp(join(outDir, '.building-'))
  try {
    await Promise.all([compile(staged), copyAssets(staged), bundleMock(projectDir, staged)])
    await replaceBuilt(staged, outDir, startedAt)
    process.stdout.write(`built: dist, in ${((Date.now() - startedAt.getTime()) / 1_000).toFixed(1)} s\n`)
  } catch (error) {
    process.stderr.write(`build: ${(error as Error).message}\n`)
    process.exitCode = 1
  } finally {
    await rm(staged, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** JavaScript and declarations of everything that the doors and the programs reach. */
async function compile(staged: string): Promise<void> {
  const { all, failed } = await execa('tsc', ['-p', 'tsconfig.build.json', '--outDir', staged], {
    cwd: projectDir,
    preferLocal: true,
    localDir: projectDir,
    all: true,
    reject: false,
  })
  if (failed) throw new Error(`the sources do not compile; nothing was replaced\n${all}`)
}

async function copyAssets(staged: string): Promise<void> {
  for await (const path of glob(assets, { cwd: projectDir })) await cp(join(projectDir, path), join(staged, path))
}
