// The sidecar's environment: the contract's allow-list ("Launch") of the desktop's own variables, and the contract's own. Nothing else.
import {
  inheritedVariables,
  type LaunchOptions,
  launchVariables,
  pythonVariables,
} from '../../contracts/core/launch.ts'

/** The parent that must live is this process unless another is named. */
export type SidecarVariables = Omit<LaunchOptions, 'parentPid'> & { readonly parentPid?: number }

/** @param own the launching process's environment */
export function sidecarEnvironment(
  own: NodeJS.ProcessEnv,
  variables: SidecarVariables,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const launch = launchVariables({ parentPid: process.pid, ...variables })
  return { ...desktopEnvironment(own, platform), ...launch, ...pythonVariables }
}

/** The allow-listed part alone. */
export function desktopEnvironment(
  own: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const fold = (name: string) => (platform === 'win32' ? name.toUpperCase() : name)
  const inherited = new Set(inheritedVariables.map(fold))
  const chosen = Object.entries(own).filter(([name]) => inherited.has(fold(name)))
  return Object.fromEntries(chosen.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
