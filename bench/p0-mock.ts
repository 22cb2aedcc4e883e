// How long the whole command takes that a newcomer runs first: every MUST of the release gate against the embedded mock.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench } from './bench.ts'
import { contest } from './contest.ts'

export const bench: Bench = {
  name: 'p0-mock',
  says: 'The whole command `sidecheck run --mock`, from its start to its exit.',
  async run({ only, rounds, warmUps }) {
    const measure = () => runOnceMs(only)
    const outcome = await contest([{ name: 'sidecheck', measure }], { rounds: Math.min(rounds, 5), warmUps })
    return [{ what: only.length === 0 ? 'all of P0' : only.join(', '), unit: 'ms', ...outcome }]
  },
}

async function runOnceMs(only: readonly string[]): Promise<number> {
  const reportDir = await mkdtemp(join(tmpdir(), 'sidecheck-bench-'))
  const program = join(import.meta.dirname, '..', 'cli', 'sidecheck.js')
  const args = [program, 'run', '--mock', '--report-dir', reportDir, ...only.flatMap((glob) => ['--only', glob])]
  try {
    const beganMs = performance.now()
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error(`expected every rule to be kept, exit code 0; received ${code}`)
    return performance.now() - beganMs
  } finally {
    await rm(reportDir, { recursive: true, force: true })
  }
}
