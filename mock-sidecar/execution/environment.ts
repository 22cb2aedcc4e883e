// The environment that user code finds: the system's own variables and nothing of the sidecar's.
import type { Execution } from './execution.ts'
import type { World } from './world.ts'

/** What is the same in the world of all code. */
export function worldOf(execution: Execution): Pick<World, 'environment' | 'keeps' | 'secrets' | 'workspaces'> {
  const { keeps, leaked, secrets, workspaces } = execution
  return { keeps, secrets, workspaces, environment: () => ({ ...cleanEnvironment(), ...Object.fromEntries(leaked) }) }
}

/** A name that code has set is gone with it, unless a fault leaks it. */
export function leak({ keeps, leaked }: Execution, names: Readonly<Record<string, string>> = {}): void {
  for (const [name, value] of Object.entries(names)) if (!keeps('separatesEnvironments')) leaked.set(name, value)
}

function cleanEnvironment(): Record<string, string> {
  const own = systemVariables.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(own), PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1' }
}

const systemVariables = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'SystemRoot', 'SystemDrive', 'WINDIR', 'PATHEXT']
