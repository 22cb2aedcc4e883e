// The four operations that every HTTP contract has: health, ready, contract, shutdown.
import { z } from 'zod'
import { empty, json, operation } from './operation.ts'
import { amount, identifier } from './primitives.ts'

/** Declares the common operations of the contract `id` with its capabilities. `name` begins their ids: `session.health`. */
export function commonOperations<const Id extends string, C extends z.ZodType>(name: string, id: Id, capabilities: C) {
  return {
    health: operation({
      id: `${name}.health`,
      says: 'Say that the process lives. Needs no token, no model and no network.',
      method: 'GET',
      path: '/health',
      output: json(
        z
          .looseObject({
            status: z.literal('ok'),
            boot_id: identifier,
            sidecar_version: z.string().min(1),
            contract: z.literal(id),
            uptime_ms: amount,
          })
          .meta({ id: 'Health' }),
      ),
      errors: [],
      open: true,
    }),
    ready: operation({
      id: `${name}.ready`,
      says: 'Say whether work can be done now.',
      method: 'GET',
      path: '/ready',
      output: json(z.looseObject({ ready: z.literal(true) }).meta({ id: 'Ready' })),
      errors: ['NOT_READY'],
    }),
    contract: operation({
      id: `${name}.contract`,
      says: 'Say which contract is served and what this sidecar declares it can do.',
      method: 'GET',
      path: '/api/contract',
      output: json(z.looseObject({ contract: z.literal(id), capabilities }).meta({ id: 'ContractAnswer' })),
      errors: [],
    }),
    shutdown: operation({
      id: `${name}.shutdown`,
      says: 'Stop: take no new work, end open streams, leave with code 0. Asking again changes nothing.',
      method: 'POST',
      path: '/shutdown',
      output: empty(202),
      errors: [],
    }),
  }
}
