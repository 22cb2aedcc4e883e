// The operations of the notebook: a kernel per session, and batches of cells that it runs. Served where `notebook` is declared.
import { z } from 'zod'
import { empty, eventStream, json, operation } from '../core/operation.ts'
import { identifier } from '../core/primitives.ts'
import { cellsToldApart, limitsWithinMaxima } from './body-rules.ts'
import { cellsGrammar } from './cells.ts'
import { Kernel } from './kernel.ts'
import { AskedLimits } from './limits.ts'

const capability = 'notebook'

const path = '/api/session/{session_id}/kernel'

export const startKernel = operation({
  id: 'session.kernel.start',
  says: 'Start the kernel of the session; where there is one, say how it is (200).',
  method: 'POST',
  path,
  output: json(Kernel, 201, 200),
  errors: ['SESSION_NOT_FOUND', 'SESSION_ENDED'],
  capability,
})

export const getKernel = operation({
  id: 'session.kernel.get',
  says: 'Say how the kernel is.',
  method: 'GET',
  path,
  output: json(Kernel),
  errors: ['SESSION_NOT_FOUND', 'SESSION_ENDED', 'KERNEL_NOT_FOUND'],
  capability,
})

export const stopKernel = operation({
  id: 'session.kernel.stop',
  says: 'End the kernel and what it runs; where there is none, there is nothing to do.',
  method: 'DELETE',
  path,
  output: empty(204),
  errors: ['SESSION_NOT_FOUND', 'SESSION_ENDED'],
  capability,
})

export const interruptKernel = operation({
  id: 'session.kernel.interrupt',
  says: 'Interrupt the running cell; answers when the signal is sent. A kernel that ignores it is replaced after `interrupt_grace_ms`.',
  method: 'POST',
  path: `${path}/interrupt`,
  output: json(Kernel),
  errors: ['SESSION_NOT_FOUND', 'SESSION_ENDED', 'KERNEL_NOT_FOUND'],
  capability,
})

export const restartKernel = operation({
  id: 'session.kernel.restart',
  says: 'Replace the kernel by a new process; answers when a cell can run.',
  method: 'POST',
  path: `${path}/restart`,
  output: json(Kernel),
  errors: ['SESSION_NOT_FOUND', 'SESSION_ENDED', 'KERNEL_NOT_FOUND', 'KERNEL_DIED'],
  capability,
})

export const resetKernel = operation({
  id: 'session.kernel.reset',
  says: 'Clear the names of the kernel; the process stays and its count goes on.',
  method: 'POST',
  path: `${path}/reset`,
  output: json(Kernel),
  errors: ['SESSION_NOT_FOUND', 'SESSION_ENDED', 'KERNEL_NOT_FOUND', 'KERNEL_BUSY', 'KERNEL_DIED'],
  capability,
})

export const streamCells = operation({
  id: 'session.cells.stream',
  says: 'Run a batch of cells one after the other and stream what they show. The ids of the cells are unique within the batch.',
  method: 'POST',
  path: `${path}/cells/stream`,
  input: z
    .looseObject({
      cells: z.array(z.looseObject({ cell_id: identifier, code: z.string() })),
      stop_on_error: z.boolean().optional(),
      limits: AskedLimits.optional(),
    })
    .meta({ id: 'CellsRequest' }),
  bodyRules: [limitsWithinMaxima, cellsToldApart],
  output: eventStream(cellsGrammar),
  errors: ['SESSION_NOT_FOUND', 'SESSION_ENDED', 'KERNEL_NOT_FOUND', 'KERNEL_BUSY', 'KERNEL_DIED'],
  capability,
})
