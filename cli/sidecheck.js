#!/usr/bin/env node
// The command `sidecheck`: takes the built program where there is one, the sources otherwise, under a Node that can run it.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

const root = join(import.meta.dirname, '..')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 19)) await start()
else underNewerNode()

async function start() {
  const built = join(root, 'dist', 'cli', 'main.js')
  const source = join(root, 'cli', 'main.ts')
  const { main } = await import(isFresh(built, source) ? '../dist/cli/main.js' : './main.ts')
  await main(process.argv.slice(2))
}

/** In a clone, what was built counts only while no source is newer than it. */
function isFresh(built, source) {
  if (!existsSync(built)) return false
  if (!existsSync(source)) return true
  const builtAt = statSync(built).mtimeMs
  return ['cli', 'contracts', 'harness', 'mock-sidecar', 'suites', 'fixtures/programs'].every((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .every((file) => statSync(join(root, folder, file)).mtimeMs <= builtAt),
  )
}

/** The Node that npm has installed beside us, if this one is too old. */
function underNewerNode() {
  const node = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  if (process.env.SIDECHECK_NODE !== undefined || !existsSync(node)) {
    process.stderr.write(
      `sidecheck needs Node 22.19 or newer; this is ${process.version}. Install a newer Node, or run npm ci in a clone.\n`,
    )
    process.exit(2)
  }
  const child = spawn(node, [import.meta.filename, ...process.argv.slice(2)], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, SIDECHECK_NODE: process.version },
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)))
}
