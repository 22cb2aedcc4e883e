// Finds the scenarios by their files: adding one touches one place.
import { loadByEnding } from '../load-by-ending.ts'
import type { Scenario } from './scenario.ts'

/** Every scenario, by name. */
export async function loadScenarios(): Promise<Map<string, Scenario>> {
  const modules = await loadByEnding(import.meta.dirname, '.scenario')
  const scenarios = modules.map((module) => module['default'] as Scenario)
  return new Map(scenarios.map((scenario) => [scenario.name, scenario]))
}

/** The scenario with this name. Throws a RangeError that lists those there are. */
export async function loadScenario(name: string): Promise<Scenario> {
  const scenarios = await loadScenarios()
  const found = scenarios.get(name)
  if (found === undefined)
    throw new RangeError(`there is no scenario ${name}; there are ${[...scenarios.keys()].join(', ')}`)
  return found
}
