// Ways in which running code goes wrong: lanes, processes, folders, secrets, ends from outside. `execution/rules.ts` says what each comes to.
import { fault } from './fault.ts'

export const tooManyAtOnce = fault({
  id: 'runs.too-many-at-once',
  says: 'Lets more runs work at once than it declares.',
  execution: ['boundsConcurrency'],
})

export const refusesToQueue = fault({
  id: 'runs.refuse-to-queue',
  says: 'Refuses a run that would have to wait.',
  execution: ['queues'],
})

export const queuesWithoutBound = fault({
  id: 'runs.queue-without-bound',
  says: 'Lets any number of runs wait.',
  execution: ['boundsQueue'],
})

export const newestFirst = fault({
  id: 'runs.newest-first',
  says: 'Begins the newest of the runs that wait.',
  execution: ['keepsOrder'],
})

export const keepsPlaces = fault({
  id: 'runs.keep-the-place-of-the-cancelled',
  says: 'Never gives the place of a cancelled run to another.',
  // Once it has fired twice no code runs any more, whoever asks: it is played by a process of its own.
  process: {},
  execution: ['freesPlaces'],
})

export const runsTwice = fault({
  id: 'run.runs-twice',
  says: 'Runs code again that came before under the same client_run_id.',
  execution: ['remembersClientIds'],
})

export const leavesChildren = fault({
  id: 'run.leaves-children',
  says: 'Leaves alive what a run started.',
  execution: ['killsGroup'],
})

export const waitsForChildren = fault({
  id: 'run.waits-for-children',
  says: 'Tells the result of a run once everything that it started has left.',
  execution: ['endsWithMainProcess'],
})

export const givesStdin = fault({
  id: 'run.gives-stdin',
  says: 'Lets code read from a stdin to which nobody writes.',
  execution: ['closesStdin'],
})

export const missesDeaths = fault({
  id: 'run.misses-a-death',
  says: 'Does not notice that somebody ended the process of a run or a kernel.',
  execution: ['noticesDeath'],
})

export const killIsTimeout = fault({
  id: 'run.kill-is-a-timeout',
  says: 'Takes every end by SIGKILL for a timeout.',
  execution: ['tellsDeathsApart'],
})

export const blocksSidecar = fault({
  id: 'run.blocks-the-sidecar',
  says: 'Answers nothing for a while whenever code runs.',
  execution: ['staysResponsive'],
})

export const tokenInEnvironment = fault({
  id: 'run.sees-secrets-in-its-environment',
  says: 'Hands its own environment to user code.',
  execution: ['scrubsEnvironment'],
})

export const tokenInArguments = fault({
  id: 'run.sees-secrets-in-its-arguments',
  says: 'Starts user code with the token among its arguments.',
  execution: ['scrubsArguments'],
})

export const tokenInHandles = fault({
  id: 'run.inherits-handles',
  says: 'Lets user code inherit a file that holds the token.',
  execution: ['closesHandles'],
})

export const startsElsewhere = fault({
  id: 'run.starts-elsewhere',
  says: 'Starts code of the user in the folder of the sidecar.',
  execution: ['startsInWorkspace'],
})

export const sharesWorkspace = fault({
  id: 'run.shares-the-workspace',
  says: 'Gives all sessions one workspace.',
  execution: ['separatesWorkspaces'],
})

export const ignoresCancel = fault({
  id: 'run.ignores-cancel',
  says: 'Answers 202 to a cancel and lets the run go on.',
  execution: ['cancelsRuns'],
})

export const cancelOverwrites = fault({
  id: 'run.cancel-overwrites',
  says: 'Makes a finished run `cancelled` when it is cancelled.',
  execution: ['keepsOutcomes'],
})

export const ignoresDisconnect = fault({
  id: 'run.ignores-disconnect',
  says: 'Goes on with runs and cells when their client has left.',
  execution: ['endsOnDisconnect'],
})

export const outlivesSession = fault({
  id: 'run.outlives-its-session',
  says: 'Goes on with runs and cells when their session has ended.',
  execution: ['endsWithSession'],
})

export const outlivesShutdown = fault({
  id: 'run.outlives-shutdown',
  says: 'Goes on with runs and cells after /shutdown.',
  execution: ['endsAtShutdown'],
})
