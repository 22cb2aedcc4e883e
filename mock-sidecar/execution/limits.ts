// The limits that the mock declares, and those that hold for one run or cell.
import type { Capabilities } from '../../contracts/session/capabilities.ts'
import { type AskedLimits, type LimitName, limitNames } from '../../contracts/session/limits.ts'

/** A value for every limit. */
export type Limits = Readonly<Record<LimitName, number>>

const mebibyte = 1024 * 1024

/** What the mock declares; `defaults` stand in place of its own. */
export function declaredLimits(defaults: Partial<Limits> = {}): Required<NonNullable<Capabilities['limits']>> {
  const declare = (name: LimitName, usual: number, max: number) => ({
    max,
    default: defaults[name] ?? usual,
    enforcement: 'watchdog' as const,
  })
  return {
    wall_ms: declare('wall_ms', 60_000, 600_000),
    cpu_ms: declare('cpu_ms', 60_000, 600_000),
    memory_bytes: declare('memory_bytes', 512 * mebibyte, 4_096 * mebibyte),
    output_bytes: declare('output_bytes', mebibyte, 16 * mebibyte),
    processes: declare('processes', 32, 256),
  }
}

/** The limits of a request: what it asks for, else what is declared. */
export function limitsOf(asked: AskedLimits = {}, { limits }: Capabilities): Limits {
  const value = (name: LimitName) => asked[name] ?? limits?.[name]?.default ?? Number.POSITIVE_INFINITY
  return Object.fromEntries(limitNames.map((name) => [name, value(name)])) as Record<LimitName, number>
}
