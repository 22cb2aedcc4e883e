// Starts the process of a target by the launch protocol, without waiting for what it says.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contract } from '../contracts/core/contract.ts'
import { launchArguments } from '../contracts/core/launch.ts'
import type { ModelServer } from './model/server.ts'
import { behindDesktop } from './process/behind-desktop.ts'
import { sidecarEnvironment } from './process/environment.ts'
import { launchProcess } from './process/launch.ts'
import { LaunchError } from './process/launch-error.ts'
import type { Command, LaunchedProcess } from './process/launched-process.ts'
import { type ProcessTarget, TargetError } from './targets/target.ts'

export interface LaunchOptions {
  readonly contract: Contract
  readonly model: ModelServer
  /** Default: a fresh folder, which goes with `removeFolders`. */
  readonly dataDir?: string
  /** Default 0: any free port. */
  readonly port?: number
  readonly allowedOrigins?: readonly string[]
  /** Where it works. Default: as the target says, else where the harness does. */
  readonly cwd?: string
  /** Gives it a fresh temporary folder, which goes with `removeFolders`. Default: the harness's own. */
  readonly ownTemporary?: boolean
  /** Its parent, by `SIDECAR_PARENT_PID` and in truth, is a process that can be killed, and its stdin stays open then. */
  readonly behindDesktop?: boolean
  /** Changes the environment that the launch protocol gives. */
  readonly env?: (env: Record<string, string>) => Record<string, string>
  /** Changes the arguments that the launch protocol gives; the entrypoint's own stay. */
  readonly args?: (args: readonly string[]) => readonly string[]
}

export interface LaunchedSidecar {
  /** With `behindDesktop` the desktop's, whose stdout and stderr are the sidecar's. */
  readonly process: LaunchedProcess
  readonly token: string
  readonly nonce: string
  readonly dataDir: string
  /** Only with `ownTemporary`. */
  readonly temporaryDir?: string
  /** Removes the folders that were made for it. */
  removeFolders(): Promise<void>
}

/** Throws a TargetError where there is nothing to start. */
export async function launchSidecar(target: ProcessTarget, options: LaunchOptions): Promise<LaunchedSidecar> {
  const token = randomBytes(32).toString('base64url')
  const nonce = randomBytes(12).toString('hex')
  const made: string[] = []
  const fresh = async (kind: string) => {
    const folder = await mkdtemp(join(tmpdir(), `sidecheck-${kind}-`))
    made.push(folder)
    return folder
  }
  const removeFolders = async () => {
    for (const folder of made) await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  const dataDir = options.dataDir ?? (await fresh('data'))
  const temporary = options.ownTemporary ? { temporaryDir: await fresh('tmp') } : {}
  const command = commandOf(target, options, { token, nonce, dataDir, ...temporary })
  try {
    const process = await launchProcess(options.behindDesktop ? behindDesktop(command) : command)
    return { process, token, nonce, dataDir, ...temporary, removeFolders }
  } catch (error) {
    await removeFolders()
    if (error instanceof LaunchError) throw new TargetError(error.message)
    throw error
  }
}

interface Given {
  readonly token: string
  readonly nonce: string
  readonly dataDir: string
  readonly temporaryDir?: string
}

function commandOf(target: ProcessTarget, options: LaunchOptions, given: Given): Command {
  const { contract, port = 0 } = options
  const { contentDir } = target
  const cwd = options.cwd ?? target.cwd
  const usual = launchArguments({
    contract: contract.id,
    port,
    dataDir: given.dataDir,
    ...(contentDir === undefined ? {} : { contentDir }),
  })
  const env = environmentOf(options, given)
  return {
    file: target.file,
    args: [...target.args, ...(options.args?.(usual) ?? usual)],
    env: options.env?.(env) ?? env,
    ...(cwd === undefined ? {} : { cwd }),
  }
}

function environmentOf({ allowedOrigins, model }: LaunchOptions, given: Given): Record<string, string> {
  const { nonce, temporaryDir: folder, token } = given
  const own = sidecarEnvironment(process.env, {
    token,
    nonce,
    model: { baseUrl: model.baseUrl, apiKey: model.apiKey, name: model.model },
    ...(allowedOrigins === undefined ? {} : { allowedOrigins }),
  })
  return folder === undefined ? own : { ...own, TMPDIR: folder, TEMP: folder, TMP: folder }
}
