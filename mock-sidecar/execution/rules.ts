// What the mock sees to when it runs code, rule by rule, so that a fault can switch one off by its name:
//
//   export const runsOnForEver = fault({
//     id: 'run.ignores-the-wall-limit',
//     says: 'Lets a run go on beyond its wall limit.',
//     execution: ['enforcesWall'],
//   })
//
// Where a rule that is switched off would have acted, the fault has fired: there is no `hit` to call. `on` plays no part,
// since rules hold for runs, cells and experts alike. What can be said about events and answers alone (a wrong status, a lost
// event, a log without its end) needs no rule: `events`, `body` and `serve` of a fault do it.

/** Each rule as the mock keeps it; `off` says what happens where a fault has switched it off. */
export const executionRules = {
  // Which runs are taken, and when they begin.
  boundsConcurrency: { off: 'more runs than `runs.concurrent` run at once' },
  queues: { off: 'a run that would have to wait is refused with 429' },
  boundsQueue: { off: 'any number of runs may wait; none is refused' },
  keepsOrder: { off: 'of the runs that wait the newest begins first' },
  freesPlaces: { off: 'a run that was cancelled keeps its place for ever' },
  remembersClientIds: { off: 'a `client_run_id` that came before begins another run' },
  checksMaxima: { off: 'a limit above its `max` is taken' },
  checksExperts: { off: 'an unknown expert runs code too' },
  checksTools: { off: 'a tool outside `expert.tools` is allowed, in a run and in a turn' },
  // Limits.
  enforcesWall: { off: 'nothing ends what passes `wall_ms`' },
  enforcesCpu: { off: 'nothing ends what passes `cpu_ms`' },
  enforcesMemory: { off: 'what takes more than `memory_bytes` gets it' },
  enforcesProcesses: { off: 'what starts more than `processes` gets them' },
  // Output.
  truncates: { off: 'output over `output_bytes` is sent and kept whole' },
  truncatesDisplays: { off: 'a flood of MIME outputs is sent whole' },
  keepsTail: { off: 'of output over its limit only the head is kept' },
  countsRawBytes: { off: '`bytes_total` counts what is kept' },
  cutsBetweenCharacters: {
    off: 'the head of a truncated output ends in the middle of a character, which becomes U+FFFD',
  },
  flagsInvalidBytes: { off: '`invalid_utf8` is false where bytes were replaced' },
  survivesOutput: { off: 'what prints more than `output_bytes` is killed (`killed/signal`)' },
  // The process that runs the code, and its world.
  killsGroup: { off: 'what a run left behind stays alive' },
  endsWithMainProcess: { off: 'a run waits for what its program left behind (10 s at most)' },
  closesStdin: { off: 'a program that reads from stdin waits' },
  noticesDeath: { off: 'a worker or kernel that somebody killed is believed to be alive' },
  tellsDeathsApart: { off: 'a run whose worker somebody killed ends `limit/timeout_wall`' },
  staysResponsive: { off: 'the whole sidecar stands still for 700 ms in each second in which code runs' },
  scrubsEnvironment: { off: 'user code has the token, the nonce and the model key in its environment' },
  scrubsArguments: { off: 'user code has the token among its arguments' },
  closesHandles: { off: 'user code has an open file that holds the token' },
  separatesEnvironments: { off: 'what code sets in its environment is there for all code that comes later' },
  diesWithSidecar: { off: 'workers and kernels outlive the sidecar, by a minute' },
  deniesNetwork: { off: 'user code reaches the port of `connects.py`, which then prints `connected`' },
  // Folders.
  startsInWorkspace: { off: 'code of the user, and cells, start and work in the folder of the sidecar' },
  separatesWorkspaces: { off: 'all sessions share one workspace' },
  separatesRuns: { off: 'the runs of experts share one workspace' },
  removesWorkspace: { off: 'the workspace of a run of an expert stays on the disk' },
  guardsWorkspace: { off: 'experts can write in the workspace of the user' },
  // Ends from outside.
  cancelsRuns: { off: 'a cancelled run goes on to its own end' },
  keepsOutcomes: { off: 'cancelling a run that has ended makes its outcome `cancelled/cancelled_user`' },
  endsOnDisconnect: { off: 'runs and cells go on when their client has left' },
  endsWithSession: { off: 'runs and cells go on when their session has ended' },
  endsAtShutdown: { off: 'runs and cells go on after `/shutdown`' },
  // Kernels.
  separatesKernels: { off: 'the kernels of all sessions are one process with the same names' },
  keepsNames: { off: 'each cell begins without the names of earlier ones' },
  countsCells: { off: '`execution_count` stays where it is when a cell fails' },
  stopsOnError: { off: 'cells after a failed one run' },
  refusesWhileBusy: { off: 'a reset in the middle of a batch is done, and a second batch is taken' },
  refusesTwins: { off: 'a batch may hold a `cell_id` twice; the second cell is left out' },
  interruptsCells: { off: 'interrupt answers and does nothing' },
  survivesInterrupt: { off: 'an interrupted kernel is replaced, with all names lost' },
  replacesDeafKernels: { off: 'a kernel that swallows interrupts is left alone' },
  waitsGrace: { off: 'a kernel that swallows an interrupt is replaced at once' },
  countsGenerations: { off: '`generation` stays where it is when a kernel is replaced' },
  startsNewProcess: { off: 'a restarted kernel is the same process' },
  clearsNamesOnRestart: { off: 'names outlive a restart' },
  clearsNamesOnReset: { off: 'names outlive a reset' },
  startsCountAnew: { off: '`execution_count` goes on after a restart' },
  keepsCountOnReset: { off: '`execution_count` begins anew after a reset' },
  answersWhenReady: {
    off: 'restart answers at once, in state `restarting`; cells are refused with KERNEL_BUSY until the kernel is ready',
  },
  joinsRestarts: { off: 'of two restarts at once the second leaves the kernel dead' },
  skipsWhatWaits: { off: 'cells that waited while their kernel ended run in the next one' },
  restartsAfterDeath: { off: 'a kernel that died stays dead' },
  boundsRestarts: { off: 'a kernel that dies is restarted for ever' },
  forgivesDeaths: { off: 'deaths count although the kernel lived long enough, or was restarted by request' },
  endsKernels: { off: 'the process of a kernel outlives DELETE and the end of its session' },
} as const satisfies Record<string, { readonly off: string }>

export type ExecutionRule = keyof typeof executionRules

/** Whether a rule is kept. Asked only where it is about to act: a fault that has switched it off fires by the question. */
export type Keeps = (rule: ExecutionRule) => boolean

/** Finds the faults that switch rules off; `count` is called for each when it fires. */
export function keepsUnless<Breaking extends { readonly execution?: readonly ExecutionRule[] }>(
  faults: readonly Breaking[],
  count: (fault: Breaking) => void,
): Keeps {
  return (rule) => {
    const breaking = faults.filter(({ execution }) => execution?.includes(rule))
    breaking.forEach(count)
    return breaking.length === 0
  }
}
