// Every contract, by id.
import { Manifest } from './bundle/manifest.ts'
import { Registry } from './bundle/registry.ts'
import { type Contract, contract } from './core/contract.ts'
import { RunResult } from './report/result.ts'
import { sessionContract } from './session/contract.ts'

/** Bundles are files, not processes: their contract is documents alone. */
const bundleContract = contract({
  id: 'bundle/1',
  says: 'What a bundle says of itself, and what a registry says of bundles.',
  operations: {},
  documents: { Manifest, Registry },
})

/** What a run writes is read by others, so it is frozen like what a sidecar promises. */
const reportContract = contract({
  id: 'report/1',
  says: 'What a run of the checks found: `result.json`.',
  operations: {},
  documents: { RunResult },
})

export const contracts: Readonly<Record<string, Contract>> = {
  [sessionContract.id]: sessionContract,
  [bundleContract.id]: bundleContract,
  [reportContract.id]: reportContract,
}
