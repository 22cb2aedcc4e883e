// The sidecar's environment: the contract's allow-list ("Launch") of the desktop's own variables, and the contract's own. Nothing else.

/** Names as in the contract; what a sidecar may inherit. On Windows names have no case. */
const INHERITED = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'TEMP', 'TMP', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ'],
  ...['SystemRoot', 'SystemDrive', 'WINDIR', 'COMSPEC', 'PATHEXT'],
  ...['USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA'],
]

const PYTHON = { PYTHONUTF8: '1', PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' }

export interface SidecarVariables {
  /** 32 random bytes, base64url. */
  token: string
  nonce: string
  /** Who must live for the sidecar to live. Default: this process. */
  parentPid?: number
  /** Default: none. */
  allowedOrigins?: readonly string[]
  /** Ends in `/v1`. */
  modelBaseUrl?: string
  modelApiKey?: string
  model?: string
  ollamaUrl?: string
}

/** @param own the launching process's environment */
export function sidecarEnvironment(
  own: NodeJS.ProcessEnv,
  variables: SidecarVariables,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  return { ...desktopEnvironment(own, platform), ...sidecarVariables(variables), ...PYTHON }
}

/** The allow-listed part alone. */
export function desktopEnvironment(
  own: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const fold = (name: string) => (platform === 'win32' ? name.toUpperCase() : name)
  const inherited = new Set(INHERITED.map(fold))
  return withoutUndefined(Object.entries(own).filter(([name]) => inherited.has(fold(name))))
}

function sidecarVariables(variables: SidecarVariables): Record<string, string> {
  const { parentPid = process.pid, allowedOrigins = [] } = variables
  return withoutUndefined([
    ['SIDECAR_TOKEN', variables.token],
    ['SIDECAR_NONCE', variables.nonce],
    ['SIDECAR_PARENT_PID', String(parentPid)],
    ['SIDECAR_ALLOWED_ORIGINS', allowedOrigins.length > 0 ? allowedOrigins.join(',') : undefined],
    ['SIDECAR_MODEL_BASE_URL', variables.modelBaseUrl],
    ['SIDECAR_MODEL_API_KEY', variables.modelApiKey],
    ['SIDECAR_MODEL', variables.model],
    ['SIDECAR_OLLAMA_URL', variables.ollamaUrl],
  ])
}

function withoutUndefined(entries: [string, string | undefined][]): Record<string, string> {
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
