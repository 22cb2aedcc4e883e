// What goes wrong in the life after a kill. Some declare durable sessions, since only of those something is expected back.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { problem } from '../../contracts/core/problem.ts'
import { getKernel } from '../../contracts/session/kernel-operations.ts'
import { streamMessage } from '../../contracts/session/operations.ts'
import { getRun } from '../../contracts/session/run-operations.ts'
import type { Reply } from '../server/call.ts'
import { type KeptSession, keptSessionsFile } from '../session/keep-sessions.ts'
import { type Fault, fault } from './fault.ts'
import { whenRefused } from './when-refused.ts'

/** Whether an earlier life has left its mark in the data directory. Leaves one for the next. */
let isLaterLife = false

async function noteLife(dataDir: string): Promise<undefined> {
  const mark = join(dataDir, 'lives')
  isLaterLife = existsSync(mark)
  writeFileSync(mark, 'one before\n', { mode: 0o600 })
}

/** In a later life answers otherwise for a session that nobody knows. */
function onOldIds(id: string, says: string, answer: () => Reply | Promise<Reply>): Fault {
  const serve = whenRefused('SESSION_NOT_FOUND', answer, () => isLaterLife)
  return fault({ id, says, process: { begins: noteLife }, serve })
}

export const failsOnOldIds = onOldIds('crash.fails-on-old-ids', 'Answers 500 for sessions of an earlier life.', () => ({
  status: 500,
  body: problem('INTERNAL', 'KeyError'),
}))

export const hangsOnOldIds = onOldIds(
  'crash.hangs-on-old-ids',
  'Never answers for sessions of an earlier life.',
  () => new Promise(() => undefined),
)

export const sameBootId = fault({
  id: 'process.same-boot-id',
  says: 'Has the same boot_id in each life over the same data directory.',
  process: { bootId: (dataDir) => Buffer.from(dataDir).toString('hex').slice(-32) },
})

export const refusesAfterCrash = fault({
  id: 'process.refuses-after-a-crash',
  says: 'Does not start where one that was killed has left its lock.',
  process: {
    async begins(dataDir, hit) {
      await noteLife(dataDir)
      if (!isLaterLife) return undefined
      hit()
      return 'already running'
    },
  },
})

/** Looks whose pid stands in its pid file, then writes its own. */
function withPidFile(id: string, says: string, onLiving: (pid: number) => string | undefined): Fault {
  return fault({
    id,
    says,
    process: {
      async begins(dataDir, hit) {
        const path = join(dataDir, 'sidecar.pid')
        const pid = existsSync(path) ? Number(readFileSync(path, 'utf8')) : undefined
        writeFileSync(path, String(process.pid), { mode: 0o600 })
        if (pid === undefined || !isAlive(pid)) return undefined
        hit()
        return onLiving(pid)
      },
    },
  })
}

export const refusesLivingPid = withPidFile(
  'process.refuses-a-living-pid',
  'Does not start where its pid file names a process that lives.',
  (pid) => `already running as ${pid}`,
)

export const killsThePid = withPidFile(
  'process.kills-the-pid-in-its-file',
  'Kills the process that its pid file names.',
  (pid) => {
    process.kill(pid, 'SIGKILL')
    return undefined
  },
)

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

export const durableInNameOnly = fault({
  id: 'crash.durable-in-name-only',
  says: 'Declares durable sessions and keeps none.',
  process: { durable: 'claimed' },
})

/** Spoils what an earlier life has kept before this one reads it. */
function spoiling(id: string, says: string, spoil: (session: KeptSession) => void): Fault {
  return fault({
    id,
    says,
    process: {
      durable: 'kept',
      async begins(dataDir, hit) {
        const path = join(dataDir, keptSessionsFile)
        if (!existsSync(path)) return undefined
        const sessions = JSON.parse(readFileSync(path, 'utf8')) as KeptSession[]
        sessions.forEach(spoil)
        writeFileSync(path, JSON.stringify(sessions))
        hit()
        return undefined
      },
    },
  })
}

export const losesReports = spoiling('crash.loses-reports', 'Brings sessions back with an empty report.', (session) => {
  session.report = { ...session.report, sections: [] }
})

export const losesWorkspaces = spoiling(
  'crash.loses-workspaces',
  'Brings sessions back with an empty workspace.',
  (session) => {
    session.files = []
  },
)

export const runsStayRunning = fault({
  id: 'crash.keeps-runs-running',
  says: 'Says for ever of runs that were cut off that they run.',
  process: { durable: 'kept' },
  on: [getRun.id],
  serve: async (call, next, hit) => {
    const reply = await next(call)
    const { body } = reply as { body?: { result?: { status?: string } } }
    if (body?.result?.status !== 'lost') return reply
    hit()
    return { status: 200, body: { ...body, state: 'running', result: null } }
  },
})

export const sessionStaysBusy = fault({
  id: 'crash.session-stays-busy',
  says: 'Takes a turn that was cut off for one that runs.',
  process: { durable: 'kept', begins: noteLife },
  on: [streamMessage.id],
  serve: (call, next, hit) => {
    if (!isLaterLife) return next(call)
    hit()
    return { status: 409, body: problem('TURN_IN_PROGRESS', 'the turn before is running') }
  },
})

export const kernelStaysBusy = fault({
  id: 'crash.kernel-stays-busy',
  says: 'Says of a kernel that was killed with its sidecar that it is busy.',
  process: { durable: 'kept', begins: noteLife },
  on: [getKernel.id],
  serve: whenRefused(
    'KERNEL_NOT_FOUND',
    () => ({ status: 200, body: { kernel_id: 'kernel-before', state: 'busy', generation: 1, execution_count: 1 } }),
    () => isLaterLife,
  ),
})
