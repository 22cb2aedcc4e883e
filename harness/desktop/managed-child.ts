// One spawned sidecar in the manager's hands: launched with secrets of its own, asked to leave in steps.
import { randomBytes } from 'node:crypto'
import { launchArguments } from '../../contracts/core/launch.ts'
import { sidecarEnvironment } from '../process/environment.ts'
import type { Command, LaunchedProcess } from '../process/launched-process.ts'
import { type StopReport, stopInSteps } from '../process/stop.ts'
import { askWithin } from './health.ts'
import type { Settings } from './manager-options.ts'
import type { Address } from './start-up.ts'

export interface ManagedChild {
  readonly launched: LaunchedProcess
  readonly nonce: string
  readonly token: string
  /** Once its ready line has said so. */
  address: Address | null
  /** When it was gone, on the manager's clock; null while it is there. */
  exitedAtMs: number | null
}

/** @throws LaunchError when it could not be started */
export async function launchChild(settings: Settings): Promise<ManagedChild> {
  const token = randomBytes(32).toString('base64url')
  const nonce = randomBytes(12).toString('hex')
  const launched = await settings.launch(commandOf(settings, { token, nonce }), {
    guarded: settings.guarded,
    keepStdoutBytes: KEEP_STDOUT_BYTES,
    system: settings.system,
  })
  const child: ManagedChild = { launched, nonce, token, address: null, exitedAtMs: null }
  void launched.exited.then(() => {
    child.exitedAtMs = settings.clock.nowMs()
  })
  return child
}

/** After the ready line nobody reads what it says there, for however many days it runs. */
const KEEP_STDOUT_BYTES = 64 * 1024

function commandOf({ contract, options }: Settings, { nonce, token }: Pick<ManagedChild, 'nonce' | 'token'>): Command {
  const { allowedOrigins, command, contentDir, dataDir, model, ollamaUrl, port = 0 } = options
  const own = sidecarEnvironment(process.env, {
    token,
    nonce,
    ...(allowedOrigins === undefined ? {} : { allowedOrigins }),
    ...(model === undefined ? {} : { model }),
    ...(ollamaUrl === undefined ? {} : { ollamaUrl }),
  })
  const args = launchArguments({ contract, port, dataDir, ...(contentDir === undefined ? {} : { contentDir }) })
  return {
    file: command.file,
    args: [...(command.args ?? []), ...args],
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    env: options.env?.(own) ?? own,
  }
}

/**
 * Asks it to leave, then makes it, and its whole tree. Where it has left already, only the rest of the tree is ended.
 *
 * @throws where the system would not list its processes; the child has then been killed
 */
export async function stopChild(child: ManagedChild, settings: Settings): Promise<StopReport> {
  const { address, launched, token } = child
  const { clock, probe, stop, system } = settings
  const over = new AbortController()
  const question = { probe, clock, answerWithinMs: settings.answerWithinMs, signal: over.signal }
  const ask = async () => {
    if (address === null) return
    await askWithin({ method: 'POST', path: '/shutdown', token }, { ...question, baseUrl: address.baseUrl })
  }
  try {
    return await stopInSteps(launched, { ...stop, ...(address === null ? {} : { shutdown: ask }), clock, system })
  } finally {
    over.abort()
  }
}
