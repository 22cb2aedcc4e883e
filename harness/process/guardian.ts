// No orphan, ever: a small process of its own session that ends what the harness has started when the harness dies, also by SIGKILL.
import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { desktopEnvironment } from './environment.ts'
import { encodeGuardMessage, type GuardMessage } from './guardian-protocol.ts'

/** Runs from the sources as well as from what is built of them. */
const here = fileURLToPath(import.meta.url)
const main = fileURLToPath(new URL(`./guardian-main${extname(here)}`, import.meta.url))

const guarded = new Map<number, number | null>()
let guardian: ChildProcess | null = null

/**
 * Has `pid` and its tree ended when this process is gone. The guardian is started with the first one, in the background,
 * once per process of ours, and started again if somebody ended it. It does not keep our event loop alive.
 *
 * Its limit: it looks at the trees now and then (`watchEveryMs` of the system: Linux 0.5 s, macOS 2 s) and once more when
 * we die. A descendant that in between was born, took a session of its own and lost its parent is not found. Windows,
 * where parents stay named, is looked at only when we die: lost is who has no parent left but one that is neither the
 * root nor alive.
 *
 * @param startTime null while it is not known yet: call again when it is
 */
export function guard(pid: number, startTime: number | null): void {
  guarded.set(pid, startTime)
  if (guardian) tell(guardian, { guard: { pid, startTime } })
  else guardian = start()
}

/** It is gone with its whole tree. Unknown pids are ignored. */
export function release(pid: number): void {
  if (guarded.delete(pid) && guardian) tell(guardian, { release: { pid } })
}

/** The running guardian's pid, or null: for tests and for people who wonder what that process is. */
export function guardianPid(): number | null {
  return guardian?.pid ?? null
}

function start(): ChildProcess {
  const child = spawn(process.execPath, [main], {
    cwd: dirname(main),
    env: desktopEnvironment(process.env),
    detached: true,
    windowsHide: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const forget = () => {
    if (guardian === child) guardian = null
  }
  const warn = (why: unknown) =>
    process.emitWarning(
      `Expected the guardian ${main} to run, received ${why}. Orphans are possible if this process is killed.`,
    )
  child.once('error', warn).on('error', forget)
  child.on('exit', forget).on('exit', (code) => code && warn(`exit code ${code}`))
  child.stdin?.on('error', forget)
  child.unref()
  for (const [pid, startTime] of guarded) tell(child, { guard: { pid, startTime } })
  return child
}

function tell(child: ChildProcess, message: GuardMessage): void {
  child.stdin?.write(encodeGuardMessage(message))
}
