// Compares how two versions of a contract start and end the process that serves them.
import type { ContractFile } from '../contract-file.ts'
import { type Change, judge } from './change.ts'
import { compareBounds, compareEntries, compareFields, compareNames, compareValues, namesIn } from './compare-names.ts'

export function compareProcess({ process: was }: ContractFile, { process: is }: ContractFile): Change[] {
  if (was === undefined || is === undefined) return []
  const meanings = compareEntries(was.exitCodes, is.exitCodes, (code, old, now) =>
    compareValues(`exit code ${code}`, old, now, 'differs'),
  )
  return [
    ...judge([...compareNames('exit code', was.exitCodes, is.exitCodes, 'widens'), ...meanings], 'sent'),
    ...judge(compareFields('launch', was, is, { arguments: 'differs', neverRestart: 'differs' }), 'both'),
    ...judge(compareNames('launch variable', variables(was), variables(is), 'adds'), 'received'),
    ...judge(compareBounds('bound', lines(was), lines(is)), 'sent'),
  ]
}

type Launch = NonNullable<ContractFile['process']>

function variables({ variables, inheritedVariables }: Launch) {
  return namesIn([...variables, ...inheritedVariables])
}

function lines({ readyLineMaxBytes }: Launch) {
  return { readyLineMaxBytes }
}
