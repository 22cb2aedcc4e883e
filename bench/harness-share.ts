// How much of a run of the release gate is our own work: the processor time of `sidecheck run` against that of all it started.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench, Row } from './bench.ts'
import { median } from './contest.ts'
import { neededBundle } from './needed-bundle.ts'

interface Share {
  readonly harnessMs: number
  readonly wallMs: number
  /** Of the harness and of every process below it. Only where the system tells it. */
  readonly treeMs: number | undefined
}

export const bench: Bench = {
  name: 'harness-share',
  says: 'The processor time of `sidecheck run` on the reference bundle, beside the whole run.',
  needsBundle: true,
  async run({ only, rounds }) {
    const bundle = await neededBundle()
    const shares: Share[] = []
    for (let round = 0; round < Math.min(rounds, 3); round += 1) shares.push(await runOnce(bundle.dir, only))
    const row = (what: string, name: string, pick: (share: Share) => number): Row => ({
      what,
      unit: 'ms',
      medians: { harness: median(shares.map(({ harnessMs }) => harnessMs)), [name]: median(shares.map(pick)) },
      ratio: median(shares.map((share) => share.harnessMs / pick(share))),
    })
    const isTold = shares.every(({ treeMs }) => treeMs !== undefined)
    return [
      row('processor time of wall time', 'wall', ({ wallMs }) => wallMs),
      ...(isTold ? [row('processor time of all', 'tree', ({ treeMs = 0 }) => treeMs)] : []),
    ]
  },
}

async function runOnce(bundle: string, only: readonly string[]): Promise<Share> {
  const [reportDir, toldIn] = await Promise.all([newFolder(), newFolder()])
  const program = join(import.meta.dirname, '..', 'cli', 'sidecheck.js')
  const meter = import.meta.resolve('./cpu-teller.ts')
  const args = ['run', '--bundle', bundle, '--report-dir', reportDir, ...only.flatMap((glob) => ['--only', glob])]
  try {
    const before = await childrenCpuMs()
    const beganMs = performance.now()
    const env = { ...process.env, NODE_OPTIONS: `--import=${meter}`, SIDECHECK_BENCH_CPU_DIR: toldIn }
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'inherit'], env })
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error(`expected every rule to be kept, exit code 0; received ${code}`)
    const wallMs = performance.now() - beganMs
    const after = await childrenCpuMs()
    const harnessMs = await cpuMsTold(toldIn)
    const treeMs = before === undefined || after === undefined ? undefined : after - before
    return { harnessMs, wallMs, treeMs }
  } finally {
    await Promise.all([reportDir, toldIn].map((folder) => rm(folder, { recursive: true, force: true })))
  }
}

function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'sidecheck-bench-'))
}

/** The sum over the processes that told; a file each. */
async function cpuMsTold(folder: string): Promise<number> {
  const texts = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')))
  const usages = texts.map((text) => JSON.parse(text) as NodeJS.CpuUsage)
  return usages.reduce((sum, { system, user }) => sum + (system + user) / 1_000, 0)
}

/** What all ended children of this process have used, and theirs: Linux alone tells it (proc(5), `cutime` and `cstime`). */
async function childrenCpuMs(): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined
  const stat = await readFile('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticksPerSecond = 100
  return ((Number(fields[13]) + Number(fields[14])) / ticksPerSecond) * 1_000
}
