// The operations of the notebook as the mock serves them.
import type { AskedLimits } from '../../contracts/session/limits.ts'
import type { Call, Handler, PlainReply } from '../server/call.ts'
import { liveSession } from '../session/find-session.ts'
import { now } from '../session/now.ts'
import { refusal } from '../session/refusal.ts'
import type { Session, Store } from '../session/store.ts'
import { type Batch, newBatch, type SendCellsEvent } from './batch.ts'
import { type CodeWork, type Execution, noteKernel } from './execution.ts'
import { NotebookKernel } from './kernel.ts'
import { limitsOf } from './limits.ts'
import { NoProcess } from './processes.ts'
import { cancelledBatch, cancelRules } from './stops.ts'

interface CellsBody {
  readonly cells: readonly { readonly cell_id: string; readonly code: string }[]
  readonly stop_on_error?: boolean
  readonly limits?: AskedLimits
}

/** The handlers of the notebook, by their names in the contract. */
export function kernelHandlers(store: Store, execution: Execution): Readonly<Record<string, Handler>> {
  const { keeps } = execution
  return {
    startKernel: async (call) => {
      const session = liveSession(store, call)
      const work = execution.workOf(session)
      if (work.kernel !== undefined) return described(await work.kernel)
      work.kernel = startKernel(execution, session, work)
      try {
        return described(await work.kernel, 201)
      } catch (error) {
        work.kernel = undefined
        throw error instanceof NoProcess ? refusal('INTERNAL', error.message) : error
      }
    },
    getKernel: async (call) => described(await kernelOf(store, execution, call)),
    stopKernel: async (call) => {
      const work = execution.workOf(liveSession(store, call))
      const { kernel } = work
      work.kernel = undefined
      noteKernel(work, undefined)
      if (kernel !== undefined) {
        const ending = await kernel
        work.generation = Math.max(work.generation, ending.generation)
        await ending.stop('deleted')
      }
      return { status: 204 }
    },
    interruptKernel: async (call) => {
      const kernel = await kernelOf(store, execution, call)
      kernel.interrupt()
      return described(kernel)
    },
    restartKernel: async (call) => {
      const kernel = await kernelOf(store, execution, call)
      await kernel.restart()
      if (kernel.isDead && keeps('joinsRestarts')) {
        // It may have been deleted meanwhile.
        await kernelOf(store, execution, call)
        throw died()
      }
      return described(kernel)
    },
    resetKernel: async (call) => {
      const kernel = await kernelOf(store, execution, call)
      await mustBeFree(execution, kernel)
      kernel.reset()
      return described(kernel)
    },
    streamCells: async (call) => {
      const kernel = await kernelOf(store, execution, call)
      const session = liveSession(store, call)
      const id = execution.newId('batch')
      const { cells, limits, stop_on_error: stopOnError = true } = call.body as CellsBody
      if (kernel.isBusy && keeps('refusesWhileBusy')) throw busy()
      const request = {
        id,
        sessionId: session.id,
        cells: withoutTwins(cells),
        stopOnError,
        limits: limitsOf(limits, execution.capabilities),
      }
      const batch = newBatch(execution, kernel, request)
      kernel.take(batch)
      try {
        await mustLive(kernel)
      } catch (error) {
        batch.drop()
        throw error
      }
      return { status: 200, stream: (send) => streamCells(execution, session, batch, id, call, send) }
    },
  }
}

/** The kernel of a session begins; where a fault shares one, it is there already. */
async function startKernel(execution: Execution, session: Session, work: CodeWork): Promise<NotebookKernel> {
  const shared = execution.otherKernel()
  if (shared !== undefined && !execution.keeps('separatesKernels')) return shared
  work.generation += 1
  const kernel = new NotebookKernel(execution, execution.workspaces.ofSession(session.workspaceId), work.generation)
  noteKernel(work, kernel)
  await kernel.settled()
  return kernel
}

async function kernelOf(store: Store, execution: Execution, call: Call): Promise<NotebookKernel> {
  const kernel = await execution.workOf(liveSession(store, call)).kernel
  if (kernel === undefined) throw refusal('KERNEL_NOT_FOUND', 'the session has no kernel; start one')
  return kernel
}

/** A kernel that is being replaced is waited for. */
async function mustLive(kernel: NotebookKernel): Promise<void> {
  if (kernel.isNotReady) throw busy()
  await kernel.settled()
  if (kernel.isDead) throw died()
}

function died() {
  return refusal('KERNEL_DIED', 'the kernel is dead; restart it')
}

async function mustBeFree(execution: Execution, kernel: NotebookKernel): Promise<void> {
  await mustLive(kernel)
  if (kernel.isBusy && execution.keeps('refusesWhileBusy')) throw busy()
}

function busy() {
  return refusal('KERNEL_BUSY', 'the kernel runs a batch; wait for its end, or interrupt it')
}

function described(kernel: NotebookKernel, status = 200): PlainReply {
  return { status, body: kernel.describe() }
}

/** A batch with twins gets here only where a fault lets it. */
function withoutTwins(cells: CellsBody['cells']): CellsBody['cells'] {
  return [...new Map(cells.map((cell) => [cell.cell_id, cell])).values()]
}

async function streamCells(
  execution: Execution,
  session: Session,
  batch: Batch,
  id: string,
  call: Call,
  send: (event: { readonly type: string }) => unknown,
): Promise<void> {
  let seq = 0
  const emit: SendCellsEvent = (type, members = {}) => {
    seq += 1
    void send({ type, seq, session_id: session.id, batch_id: id, ts: now(), ...members } as { type: string })
  }
  emit('start')
  const leave = () => {
    if (execution.keeps(cancelRules.disconnect)) batch.stop(cancelledBatch('disconnect'))
  }
  if (session.endedAt !== undefined) batch.stop(cancelledBatch('session_ended'))
  if (execution.isStopping()) batch.stop(cancelledBatch('shutdown'))
  if (call.left.aborted) leave()
  else call.left.addEventListener('abort', leave, { once: true })
  await batch.run(emit)
  call.left.removeEventListener('abort', leave)
}
