// Freezes contracts: writes down everything that they promise, so that any change of a promise is a change of a file.
import type { Contract } from '../contract.ts'
import { canonicalJson } from './canonical-json.ts'
import { contractFile } from './contract-file.ts'
import { contractSchemas } from './contract-schemas.ts'
import { lock } from './lock.ts'
import { openApi } from './openapi.ts'

/** Files by their path below the folder of frozen contracts; parts are separated by `/` on every system. */
export type FrozenFiles = ReadonlyMap<string, string>

/**
 * The frozen files of one contract: `session-1/contract.json`, `session-1/openapi.json` (where it has operations) and
 * `session-1/schemas/<Name>.json`. The same contract gives the same texts. Throws a TypeError where two schemas share a name.
 */
export function freeze(contract: Contract): FrozenFiles {
  const folder = contract.id.replace('/', '-')
  const schemas = [...contractSchemas(contract)].map(([name, schema]) => [`schemas/${name}.json`, schema] as const)
  const files = [['contract.json', contractFile(contract)], ['openapi.json', openApi(contract)], ...schemas] as const
  const written = files.filter(([, value]) => value !== undefined)
  return new Map(written.map(([path, value]) => [`${folder}/${path}`, canonicalJson(value)]))
}

/** The frozen files of all contracts and their lock. */
export function freezeAll(contracts: readonly Contract[]): FrozenFiles {
  const frozen = contracts.map((contract) => [contract.id, freeze(contract)] as const)
  const files = frozen.flatMap(([, found]) => [...found])
  return new Map([...files, ['lock.json', canonicalJson(lock(new Map(frozen)))]])
}
