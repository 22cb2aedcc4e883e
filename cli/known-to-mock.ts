// Looks up the names of faults and scenarios before a mock is started with them, so that a slip is told with what was meant.
import { loadFaults } from '../mock-sidecar/faults/load-faults.ts'
import { loadScenarios } from '../mock-sidecar/scenarios/load-scenario.ts'
import { nearest, UsageError } from './usage-error.ts'

/** Throws a UsageError for a name that the mock does not know. */
export async function knownToMock(faults: readonly string[], scenario: string | undefined): Promise<void> {
  if (faults.length > 0) {
    const known = [...(await loadFaults()).keys()]
    for (const fault of faults) mustKnow('fault', fault, known)
  }
  if (scenario !== undefined) mustKnow('scenario', scenario, [...(await loadScenarios()).keys()])
}

function mustKnow(kind: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return
  const near = nearest(name, known)
  const hint = near === undefined ? '' : `; did you mean ${near}?`
  throw new UsageError(`there is no ${kind} ${name || '(an empty text)'}${hint} \`sidecheck mock --list\` names all.`)
}
