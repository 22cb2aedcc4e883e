// Null sidecars as targets: tiny programs that are launched like any sidecar and do little or nothing of what is asked.
import { join } from 'node:path'
import type { ProcessTarget } from '../../harness/targets/target.ts'

const folder = join(import.meta.dirname, '..', '..', 'fixtures', 'null-sidecars')

/** The program `name` of `fixtures/null-sidecars` with its own flags. */
export function nullSidecar(name: string, ...flags: string[]): ProcessTarget {
  const describes = ['the null sidecar', name, ...flags].join(' ')
  const args = [join(folder, `${name}.mjs`), ...flags]
  return { kind: 'process', name: 'command', describes, file: process.execPath, args, readyWithinMs: 1_500 }
}
