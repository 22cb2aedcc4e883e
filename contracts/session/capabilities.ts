// What a session sidecar declares about itself. What is declared must be true; declaring it makes its checks MUST.
import { z } from 'zod'
import { identifier } from '../core/primitives.ts'
import { byLimit, enforcement } from './limits.ts'

const limit = z.looseObject({ max: z.int().min(1), default: z.int().min(1), enforcement })

export const Capabilities = z
  .looseObject({
    /** While nothing else is sent, a stream carries a comment at least this often. */
    keepalive_ms: z.int().min(1).max(15_000),
    sessions: z.looseObject({ durable: z.boolean() }),
    runs: z.looseObject({ concurrent: z.int().min(1), queue: z.int().min(0) }).optional(),
    limits: z.looseObject(byLimit(limit.optional())).optional(),
    expert: z
      .looseObject({
        ids: z.array(identifier),
        tools: z.array(z.string().min(1)),
        network: z.enum(['deny', 'loopback', 'allow']),
      })
      .optional(),
    notebook: z
      .looseObject({ interrupt: z.boolean(), interrupt_grace_ms: z.int().min(0), max_restarts: z.int().min(0) })
      .optional(),
    integrity: z.enum(['none', 'manifest', 'full']),
  })
  .meta({ id: 'Capabilities' })

export type Capabilities = z.infer<typeof Capabilities>
