// Finds the faults by their files: every export of a `*.faults` file that is a fault, or a list of faults, is one.
import { loadByEnding } from '../load-by-ending.ts'
import type { Fault } from './fault.ts'

let known: Promise<ReadonlyMap<string, Fault>> | undefined

/** Every fault, by id. Throws a TypeError where two share an id. */
export function loadFaults(): Promise<ReadonlyMap<string, Fault>> {
  known ??= load()
  return known
}

/** The fault with this id. Throws a RangeError that names those that come near. */
export async function findFault(id: string): Promise<Fault> {
  const faults = await loadFaults()
  const found = faults.get(id)
  if (found !== undefined) return found
  const [area = ''] = id.split('.')
  const near = [...faults.keys()].filter((name) => name.startsWith(`${area}.`))
  throw new RangeError(`there is no fault ${id}; there are ${(near.length > 0 ? near : [...faults.keys()]).join(', ')}`)
}

async function load(): Promise<ReadonlyMap<string, Fault>> {
  const modules = await loadByEnding(import.meta.dirname, '.faults')
  const faults = new Map<string, Fault>()
  for (const fault of modules.flatMap((module) => Object.values(module).flat() as Fault[])) {
    if (faults.has(fault.id)) throw new TypeError(`two faults are called ${fault.id}`)
    faults.set(fault.id, fault)
  }
  return faults
}
