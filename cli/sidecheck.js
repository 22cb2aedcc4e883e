#!/usr/bin/env node
// The command `sidecheck`: takes the built program where there is one, the sources otherwise, under a Node that can run it.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = resolve(fileURLToPath(import.meta.url), '..', '..')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 19)) await start()
else underNewerNode()

async function start() {
  const built = join(root, 'dist', 'cli', 'main.js')
  const source = join(root, 'cli', 'main.ts')
  if (!isInstalled('zod')) return refuse(`its dependencies are not installed; run npm ci in ${root}`)
  const { main } = await import(isFresh(built, source) ? '../dist/cli/main.js' : './main.ts')
  await main(process.argv.slice(2))
}

/** In a clone, what was built counts only while nothing it was made from is newer; folders too, so that a removed file counts. */
function isFresh(built, source) {
  if (!existsSync(built)) return false
  if (!existsSync(source)) return true
  const builtAt = statSync(built).mtimeMs
  return ['cli', 'contracts', 'harness', 'mock-sidecar', 'suites', 'fixtures/programs'].every((folder) =>
    [folder, ...readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, path))]
      .filter((path) => !path.endsWith('.test.ts'))
      .every((path) => statSync(join(root, path)).mtimeMs <= builtAt),
  )
}

function isInstalled(name) {
  try {
    return existsSync(fileURLToPath(import.meta.resolve(name)))
  } catch {
    return false
  }
}

/** Goes on under the Node that npm has installed in a clone; it stands in for this process, signals and exit code included. */
function underNewerNode() {
  const system = process.platform === 'win32' ? 'win' : process.platform
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  const node = join(root, 'node_modules', `node-${system}-${process.arch}`, 'bin', program)
  if (!existsSync(node)) {
    const inClone = existsSync(join(root, 'cli', 'main.ts')) ? `, or run npm ci in ${root}, which brings one` : ''
    return refuse(`it needs Node 22.19 or newer, and this is ${process.version}; install a newer one${inClone}`)
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  child.on('error', (error) => refuse(`${node} cannot be started: ${error.message}`))
  // A terminal sends Ctrl-C to both of us; passed on, it would count twice.
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  process.on('SIGINT', () => atTerminal || child.kill('SIGINT'))
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

function refuse(why) {
  process.stderr.write(`sidecheck: ${why}\n`)
  process.exitCode = 2
}
