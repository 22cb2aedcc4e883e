// A notebook kernel: one per session, a process of its own, numbered by generation.
import { z } from 'zod'
import { count, identifier } from '../core/primitives.ts'

/** `starting → idle ⇄ busy → idle | restarting → idle | dead`. */
export const kernelState = z.enum(['starting', 'idle', 'busy', 'restarting', 'dead'])

/** `generation` grows by one with every new process, `execution_count` with every cell of a generation. */
export const Kernel = z
  .looseObject({ kernel_id: identifier, state: kernelState, generation: count, execution_count: count })
  .meta({ id: 'Kernel' })

export type Kernel = z.infer<typeof Kernel>
