// Finds the scenarios by their files, each named after its scenario: adding one touches one place.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { loadByEnding } from '../load-by-ending.ts'
import type { Scenario } from './scenario.ts'

/** Every scenario, by name. */
export async function loadScenarios(): Promise<Map<string, Scenario>> {
  const modules = await loadByEnding(import.meta.dirname, '.scenario')
  const scenarios = modules.map((module) => module['default'] as Scenario)
  return new Map(scenarios.map((scenario) => [scenario.name, scenario]))
}

/**
 * The way to load the scenario with this name: known at once, loaded when it is called, so that a start does not wait for it.
 * Throws a RangeError that lists those there are.
 */
export function findScenario(name: string): () => Promise<Scenario> {
  const files = new Map(
    readdirSync(import.meta.dirname).flatMap((file) => {
      const [, known] = /^(.*)\.scenario\.(?:ts|js)$/.exec(file) ?? []
      return known === undefined ? [] : [[known, file] as const]
    }),
  )
  const file = files.get(name)
  if (file === undefined)
    throw new RangeError(`there is no scenario ${name}; there are ${[...files.keys()].join(', ')}`)
  return async () => {
    const { href } = pathToFileURL(join(import.meta.dirname, file))
    return ((await import(href)) as { default: Scenario }).default
  }
}
