// What kernels leave on the machine: processes, environments, files with keys.
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKernel } from '../../contracts/session/kernel-operations.ts'
import { endSession } from '../../contracts/session/operations.ts'
import { streamRun } from '../../contracts/session/run-operations.ts'
import { valuesIn } from '../../fixtures/programs/given.ts'
import { on, rewritingStdout } from './cells-on-the-wire.ts'
import { type Fault, fault } from './fault.ts'

export const sharedEnvironment = fault({
  id: 'kernel.shared-environment',
  says: 'Gives each kernel the environment that others have changed.',
  on,
  events: rewritingStdout((text) => text.replace(/^\{"environ": ?\{/, '{"environ": {"LEAKED": "1", ')),
})

const written = new Set<string>()

export const worksElsewhere = fault({
  id: 'kernel.works-elsewhere',
  says: 'Runs cells in a folder in which no file of a run is found.',
  on: [...on, streamRun.id],
  serve: (call, next) => {
    const { code = '' } = call.body as { code?: string }
    for (const text of Object.values(valuesIn(code))) written.add(String(text))
    return next(call)
  },
  events: rewritingStdout((text, { batch_id: batch }) =>
    batch !== undefined && written.has(text.trim()) ? 'none\n' : text,
  ),
})

export const outlivesSidecar = fault({
  id: 'kernel.outlives-the-sidecar',
  says: 'Leaves the process of a kernel alive when it is killed (for a minute).',
  // It leaves a process behind: it is played by a process.
  process: {},
  execution: ['diesWithSidecar'],
})

/** Writes the connection file of each kernel as Jupyter does; `staying` leaves it where it is. */
function connectionFile(id: string, says: string, mode: number, staying: boolean): Fault {
  const pathOf = (session: string) => join(tmpdir(), `kernel-${session}.json`)
  return fault({
    id,
    says,
    // It writes files: it is played by a process, whose folders are removed.
    process: {},
    on: [startKernel.id, endSession.id],
    serve: async (call, next, hit) => {
      const path = pathOf(call.parameters['session_id'] ?? '')
      if (call.operation.id === startKernel.id) {
        hit()
        const connection = { shell_port: 50_160, transport: 'tcp', signature_scheme: 'hmac-sha256', key: 'a0436f6c' }
        await writeFile(path, JSON.stringify(connection), { mode })
      } else if (!staying) await rm(path, { force: true })
      return next(call)
    },
  })
}

export const openConnectionFile = connectionFile(
  'kernel.open-connection-file',
  'Keeps the key of a kernel in a file that everyone may read.',
  0o644,
  false,
)

export const leavesConnectionFile = connectionFile(
  'kernel.leaves-its-connection-file',
  'Leaves the file with the key of a kernel behind.',
  0o600,
  true,
)
