// The processes behind what the mock plays. It runs no code, but where a program speaks of a process there is one: it does
// nothing, can be seen and killed from outside, and dies with the mock, however the mock dies.
import type { ChildProcess, spawn } from 'node:child_process'
import type { Keeps } from './rules.ts'

/** How a process ended. */
export interface Death {
  readonly code: number | null
  readonly signal: string | null
}

export interface Placeholder {
  readonly pid: number
  /** It has begun; resolves also where it died at once. */
  readonly began: Promise<void>
  /** Resolves when it has died, whoever ended it. */
  readonly died: Promise<Death>
  /** Whether the mock itself has ended it. */
  readonly ended: boolean
  /** Ends it; resolves when it is gone. */
  end(): Promise<void>
  /** Lets it die as if its own code had ended it so. */
  crash(death: Death): void
}

/** The system has no process to give. */
export class NoProcess extends Error {
  override readonly name = 'NoProcess'
}

export interface Processes {
  /** Starts one. Throws a NoProcess. */
  start(): Placeholder
  /** Ends all; resolves when they are gone. */
  endAll(): Promise<void>
}

/** The processes of a mock. Its code is loaded here, not when the mock starts. */
export async function openProcesses(keeps: Keeps): Promise<Processes> {
  const { spawn } = await import('node:child_process')
  const alive = new Set<Placeholder>()
  return {
    start() {
      const staysAlone = !keeps('diesWithSidecar')
      const placeholder = startOne(spawn, staysAlone)
      if (!staysAlone) {
        alive.add(placeholder)
        void placeholder.died.then(() => alive.delete(placeholder))
      }
      return placeholder
    },
    endAll: async () => void (await Promise.all([...alive].map((placeholder) => placeholder.end()))),
  }
}

/** The end of its stdin is the end of the mock. */
const waits = 'process.stdin.on("error",()=>process.exit()).on("end",()=>process.exit()).resume()'
const staysAMinute = 'setTimeout(()=>{},60_000)'

function startOne(start: typeof spawn, staysAlone: boolean): Placeholder {
  const child = start(process.execPath, ['-e', staysAlone ? staysAMinute : waits], {
    stdio: [staysAlone ? 'ignore' : 'pipe', 'ignore', 'ignore'],
    env: systemEnvironment(),
    windowsHide: true,
  })
  const { pid } = child
  const { promise: died, resolve: die } = Promise.withResolvers<Death>()
  let ended = false
  let crash: Death | undefined
  child.stdin?.on('error', () => undefined)
  child.once('error', () => die({ code: null, signal: null }))
  child.once('exit', (code, signal) => die(crash ?? { code, signal }))
  if (pid === undefined) throw new NoProcess('no process could be started')
  return {
    pid,
    began: spawned(child, died),
    died,
    get ended() {
      return ended
    },
    async end() {
      ended = true
      child.kill('SIGKILL')
      await died
    },
    crash(death) {
      crash = death
      child.kill('SIGKILL')
    },
  }
}

async function spawned(child: ChildProcess, died: Promise<Death>): Promise<void> {
  await Promise.race([new Promise<void>((resolve) => child.once('spawn', resolve)), died])
}

/** What Windows needs to start any program; nothing of the mock's own environment. */
function systemEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot } = process.env
  return { ...(PATH === undefined ? {} : { PATH }), ...(SystemRoot === undefined ? {} : { SystemRoot }) }
}
