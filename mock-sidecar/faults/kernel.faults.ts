// Ways in which a kernel lives, dies or comes back wrongly. `execution/rules.ts` says what each comes to.
import { fault } from './fault.ts'

export const forgetsNames = fault({
  id: 'kernel.forgets-names',
  says: 'Begins every cell without the names of those before it.',
  execution: ['keepsNames'],
})

export const countsNoFailures = fault({
  id: 'kernel.counts-no-failures',
  says: 'Does not count cells that fail.',
  execution: ['countsCells'],
})

export const sharedBySessions = fault({
  id: 'kernel.shared-by-sessions',
  says: 'Has one kernel for all sessions.',
  // Whoever runs side by side ends it for the others: it is shown alone.
  process: {},
  execution: ['separatesKernels'],
})

export const takesSecondBatch = fault({
  id: 'kernel.takes-a-second-batch',
  says: 'Takes a batch, or a reset, while a batch runs.',
  execution: ['refusesWhileBusy'],
})

export const ignoresInterrupts = fault({
  id: 'kernel.ignores-interrupts',
  says: 'Answers an interrupt and does nothing.',
  execution: ['interruptsCells'],
})

export const interruptReplaces = fault({
  id: 'kernel.interrupt-replaces-it',
  says: 'Replaces a kernel that is interrupted.',
  execution: ['survivesInterrupt'],
})

export const leavesTheDeaf = fault({
  id: 'kernel.leaves-the-deaf',
  says: 'Leaves a kernel alone that swallows interrupts.',
  execution: ['replacesDeafKernels'],
})

export const noPatience = fault({
  id: 'kernel.has-no-patience',
  says: 'Replaces a kernel that swallows an interrupt without waiting.',
  execution: ['waitsGrace'],
})

export const countsNoGenerations = fault({
  id: 'kernel.counts-no-generations',
  says: 'Calls a new process the same generation.',
  execution: ['countsGenerations'],
})

export const restartKeepsProcess = fault({
  id: 'kernel.restart-keeps-the-process',
  says: 'Clears a kernel in place of restarting it.',
  execution: ['startsNewProcess'],
})

export const restartKeepsNames = fault({
  id: 'kernel.restart-keeps-names',
  says: 'Hands the names of a kernel on to the next.',
  execution: ['clearsNamesOnRestart'],
})

export const restartCountsOn = fault({
  id: 'kernel.restart-counts-on',
  says: 'Goes on counting cells after a restart.',
  execution: ['startsCountAnew'],
})

export const restartAnswersEarly = fault({
  id: 'kernel.restart-answers-early',
  says: 'Answers a restart before a cell can run.',
  execution: ['answersWhenReady'],
})

export const secondRestartKills = fault({
  id: 'kernel.second-restart-kills-it',
  says: 'Leaves the kernel dead where two restarts meet.',
  execution: ['joinsRestarts'],
})

export const resetKeepsNames = fault({
  id: 'kernel.reset-keeps-names',
  says: 'Answers a reset and keeps the names.',
  execution: ['clearsNamesOnReset'],
})

export const resetCountsAnew = fault({
  id: 'kernel.reset-counts-anew',
  says: 'Begins to count anew after a reset.',
  execution: ['keepsCountOnReset'],
})

export const replaysQueue = fault({
  id: 'kernel.replays-the-queue',
  says: 'Runs cells in a new kernel that waited for the one before.',
  execution: ['skipsWhatWaits'],
})

export const staysDead = fault({
  id: 'kernel.stays-dead',
  says: 'Does not restart a kernel that died.',
  execution: ['restartsAfterDeath'],
})

export const restartedForEver = fault({
  id: 'kernel.restarted-for-ever',
  says: 'Restarts a kernel however often it dies.',
  execution: ['boundsRestarts'],
})

export const forgivesNothing = fault({
  id: 'kernel.forgives-nothing',
  says: 'Counts deaths that a restart by request has made good.',
  execution: ['forgivesDeaths'],
})

export const outlivesSession = fault({
  id: 'kernel.outlives-its-session',
  says: 'Leaves the process of a kernel alive that was stopped, or whose session has ended.',
  execution: ['endsKernels'],
})
