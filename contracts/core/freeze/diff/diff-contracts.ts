// The difference between two frozen versions of contracts, judged for whoever already relies on the older one.
import type { ContractFile } from '../contract-file.ts'
import type { FrozenFiles } from '../freeze.ts'
import { type Change, gather, judge } from './change.ts'
import { compareErrors } from './compare-errors.ts'
import { compareBounds, compareFields, compareNames } from './compare-names.ts'
import { compareOperations } from './compare-operations.ts'
import { compareProcess } from './compare-process.ts'
import { compareSchemas } from './compare-schemas.ts'
import { compareStreams } from './compare-streams.ts'
import { type FrozenContract, frozenContracts } from './frozen-contract.ts'

/**
 * Every change from `before` to `after`, gravest first; empty where they promise the same. Contracts are matched by id; where
 * each side holds exactly one, these two are compared. Throws an Error of one line for files that are no frozen contracts.
 */
export function diffContracts(before: FrozenFiles, after: FrozenFiles): Change[] {
  const [was, is] = [frozenContracts(before), frozenContracts(after)]
  const [[older], [newer]] = [[...was.values()], [...is.values()]]
  if (was.size === 1 && is.size === 1 && older !== undefined && newer !== undefined) return diffContract(older, newer)
  const names = judge(compareNames('contract', Object.fromEntries(was), Object.fromEntries(is), 'adds'), 'sent')
  const shared = [...was].flatMap(([id, old]) => {
    const now = is.get(id)
    return now === undefined ? [] : diffContract(old, now)
  })
  return gather([...names, ...shared])
}

function diffContract(before: FrozenContract, after: FrozenContract): Change[] {
  const [was, is] = [before.file, after.file]
  return gather([
    ...judge(compareFields(was.contract, was, is, { contract: 'differs', says: 'documents' }), 'both'),
    ...judge(compareNames('part', partsOf(was), partsOf(is), 'adds'), 'both'),
    ...compareOperations(before, after),
    ...compareStreams(before, after),
    ...compareDocuments(before, after),
    ...compareErrors(was, is),
    ...compareProcess(was, is),
    ...judge(compareBounds('bound', was.bounds, is.bounds), 'sent'),
  ])
}

/** The parts that only some contracts have. */
function partsOf({ process, errors }: ContractFile) {
  return { ...(process === undefined ? {} : { process }), ...(errors === undefined ? {} : { errors }) }
}

function compareDocuments(before: FrozenContract, after: FrozenContract): Change[] {
  const [was, is] = [before.file.documents, after.file.documents]
  const changed = Object.entries(was).flatMap(([name, { schema, direction }]) => {
    const now = is[name]
    return now === undefined ? [] : compareSchemas(name, before.schema(schema), after.schema(now.schema), direction)
  })
  return [...judge(compareNames('document', was, is, 'adds'), 'sent'), ...changed]
}
