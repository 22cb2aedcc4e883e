// The one place that chooses by operating system.
import { linux } from './linux.ts'
import { macos } from './macos.ts'
import type { ProcessSystem } from './process-system.ts'
import { windows } from './windows.ts'

const SYSTEMS: Partial<Record<NodeJS.Platform, ProcessSystem>> = { linux, darwin: macos, win32: windows }

/** @throws Error on a system that sidecars are not made for */
export function currentSystem(): ProcessSystem {
  const system = SYSTEMS[process.platform]
  if (system) return system
  throw new Error(`Expected Linux, macOS or Windows, received "${process.platform}". Run on one of these.`)
}
