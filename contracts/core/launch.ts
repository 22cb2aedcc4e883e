// The launch protocol that every contract with a process shares: argv, environment, ready line, exit codes.
import { z } from 'zod'
import { identifier } from './primitives.ts'

/** The ready line is at most this long, line end not counted. */
export const readyLineMaxBytes = 4096

/** The first line on stdout, written once the socket listens. */
export function readyLine<const Id extends string, C extends z.ZodType>(contract: Id, capabilities: C) {
  return z
    .looseObject({
      status: z.literal('ready'),
      contract: z.literal(contract),
      host: z.literal('127.0.0.1'),
      port: z.int().min(1).max(65_535),
      pid: z.int().min(1),
      boot_id: identifier,
      nonce: identifier,
      sidecar_version: z.string().min(1),
      capabilities,
    })
    .meta({ id: 'ReadyLine', description: 'The first line on stdout: the socket listens.' })
}

/** Why a process ended; the desktop and the harness read the same table. */
export const exitCodes = {
  0: 'asked to stop',
  1: 'crash',
  64: 'bad arguments',
  69: 'cannot bind',
  70: 'internal',
  73: 'data directory unusable',
  77: 'integrity failure',
  78: 'incompatible contract or configuration',
} as const satisfies Record<number, string>

/** Exit codes after which a start again cannot help. */
export const neverRestart: readonly number[] = [64, 77, 78]

/** The variables of its own environment that a desktop hands on. */
export const inheritedVariables: readonly string[] =
  'PATH HOME USER LOGNAME TMPDIR TEMP TMP LANG LC_ALL LC_CTYPE TZ SystemRoot SystemDrive WINDIR COMSPEC PATHEXT USERPROFILE APPDATA LOCALAPPDATA PROGRAMDATA'.split(
    ' ',
  )

/** The variables that every Python sidecar is started with. */
export const pythonVariables = { PYTHONUTF8: '1', PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' } as const

/** What a launch says to a sidecar beside its arguments. */
export interface LaunchSecrets {
  /** 32 random bytes, base64url: what every request must carry. */
  readonly token: string
  /** Echoed in the ready line, so that nobody else's line is taken for this child's. */
  readonly nonce: string
}

export interface LaunchOptions extends LaunchSecrets {
  /** The sidecar leaves when this process dies. */
  readonly parentPid: number
  /** Origins that browsers may call from. Default none. */
  readonly allowedOrigins?: readonly string[]
  /** Where the language model answers; ends in `/v1`. */
  readonly model?: { readonly baseUrl: string; readonly apiKey: string; readonly name: string }
  readonly ollamaUrl?: string
}

/** The `SIDECAR_*` variables of a launch. */
export function launchVariables(options: LaunchOptions): Record<string, string> {
  const { token, nonce, parentPid, allowedOrigins = [], model, ollamaUrl } = options
  return {
    SIDECAR_TOKEN: token,
    SIDECAR_NONCE: nonce,
    SIDECAR_PARENT_PID: String(parentPid),
    ...(allowedOrigins.length === 0 ? {} : { SIDECAR_ALLOWED_ORIGINS: allowedOrigins.join(',') }),
    ...(model === undefined
      ? {}
      : { SIDECAR_MODEL_BASE_URL: model.baseUrl, SIDECAR_MODEL_API_KEY: model.apiKey, SIDECAR_MODEL: model.name }),
    ...(ollamaUrl === undefined ? {} : { SIDECAR_OLLAMA_URL: ollamaUrl }),
  }
}

export interface LaunchArguments {
  readonly contract: string
  /** 0: any free port. */
  readonly port: number
  readonly dataDir: string
  readonly contentDir?: string
}

/** The arguments that follow the entrypoint's own. */
export function launchArguments({ contract, port, dataDir, contentDir }: LaunchArguments): string[] {
  return [
    '--contract',
    contract,
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--data-dir',
    dataDir,
    ...(contentDir === undefined ? [] : ['--content-dir', contentDir]),
  ]
}
