// The limits that a run or a cell may have: their names, who sees to them, and what a request may ask for.
import { z } from 'zod'

/** `output_bytes` truncates; each of the others ends what passes it. */
export const limitNames = ['wall_ms', 'cpu_ms', 'memory_bytes', 'output_bytes', 'processes'] as const

export type LimitName = (typeof limitNames)[number]

/** Who sees to a limit. `none`: it is not enforced on this system. */
export const enforcement = z.enum(['kernel', 'watchdog', 'none'])

/** The limits asked for; each is at most the declared `max`. Default: the declared `default`. */
export const AskedLimits = z.looseObject(byLimit(z.int().min(1).optional())).meta({ id: 'AskedLimits' })

export type AskedLimits = z.infer<typeof AskedLimits>

/** An object shape with the same member for every limit. */
export function byLimit<Member extends z.ZodType>(member: Member): Record<LimitName, Member> {
  return Object.fromEntries(limitNames.map((name) => [name, member])) as Record<LimitName, Member>
}
