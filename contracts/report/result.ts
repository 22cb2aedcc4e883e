// `result.json`: what a run found, as data. Every other report is made from it.
import { z } from 'zod'
import { amount, count, timestamp } from '../core/primitives.ts'

const areas = [
  'chat-turn',
  'session',
  'expert-run',
  'user-run',
  'notebook',
  'kernel-recovery',
  'process',
  'crash-restart',
  'bundle-corruption',
  'security',
  'errors',
  'desktop',
  'agent',
  'backend',
  'tasks',
  'stdio',
] as const

export const CheckRow = z
  .looseObject({
    id: z.string().min(1),
    /** The requirement as a sentence; its first word is the level. */
    rule: z.string().min(1),
    level: z.enum(['MUST', 'SHOULD', 'MAY']),
    area: z.enum(areas),
    priority: z.enum(['P0', 'P1']),
    covers: z.array(z.string()),
    status: z.enum(['passed', 'failed', 'error', 'skipped']),
    /** Why it failed, could not be tested, or was skipped. */
    reason: z.string().optional(),
    durationMs: amount,
    evidence: z
      .looseObject({
        expected: z.string().optional(),
        received: z.string().optional(),
        at: z.string().optional(),
        /** The file with the whole wire transcript, relative to the report directory. */
        transcript: z.string().optional(),
        /** The last words of the process. */
        stderr: z.string().optional(),
        /** The command that repeats this check alone. */
        repeat: z.string().optional(),
      })
      .optional(),
  })
  .meta({ id: 'CheckRow' })

export const RunResult = z
  .looseObject({
    schema: z.literal('urn:sidecheck:result:1'),
    run: z.looseObject({
      startedAt: timestamp,
      durationMs: amount,
      contract: z.string(),
      profile: z.enum(['p0', 'full']),
      /** Stands for a release: the whole P0 on a release platform's bundle. Everything else is a diagnosis. */
      gate: z.boolean(),
      platform: z.string(),
      node: z.string(),
      timeScale: z.number().min(0),
    }),
    target: z.looseObject({ kind: z.string(), describes: z.string(), digest: z.string().optional() }),
    summary: z.looseObject({ passed: count, failed: count, errors: count, skipped: count, total: count }),
    /** Why the run does not count, where it does not: a hole, nothing tested, an accident. */
    invalid: z.array(z.string()),
    checks: z.array(CheckRow),
  })
  .meta({ id: 'RunResult' })

export type CheckRow = z.infer<typeof CheckRow>
export type RunResult = z.infer<typeof RunResult>
