// The embedded mock as a target: a process like any other sidecar, so that a misreading of the contract cannot cancel out.
import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { ProcessTarget } from './target.ts'

/** The mock, with faults and a scenario if they are named; `durable`: it keeps its sessions. */
export function mockTarget(
  options: { faults?: readonly string[]; scenario?: string; seed?: number; durable?: boolean } = {},
): ProcessTarget {
  const { durable = false, faults = [], scenario, seed } = options
  const args = [
    mockMain(),
    ...faults.flatMap((fault) => ['--fault', fault]),
    ...(scenario === undefined ? [] : ['--scenario', scenario]),
    ...(durable ? ['--durable'] : []),
    ...(seed === undefined ? [] : ['--seed', String(seed)]),
    '--keepalive-ms',
    '1000',
    '--slow-request-ms',
    '3000',
  ]
  const describes = ['the embedded mock', ...faults.map((fault) => `with the fault ${fault}`)].join(' ')
  return { kind: 'process', name: 'mock', describes, file: process.execPath, args, readyWithinMs: 60_000 }
}

/** The program of the mock: sources beside sources, built beside built. */
function mockMain(): string {
  const folder = join(import.meta.dirname, '..', '..', 'mock-sidecar')
  const bundled = join(folder, 'main.bundle.js')
  return existsSync(bundled) ? bundled : join(folder, `main${extname(import.meta.filename)}`)
}
