// Compares the error codes of two versions of a contract, and the limits of the bodies that it takes.
import type { ContractFile } from '../contract-file.ts'
import { type Change, judge } from './change.ts'
import { compareBounds, compareEntries, compareFields, compareNames, namesIn } from './compare-names.ts'

/** The registry of codes is closed: a reader that met a code it does not know could not act on it. */
export function compareErrors({ errors: was }: ContractFile, { errors: is }: ContractFile): Change[] {
  if (was === undefined || is === undefined) return []
  const codes = compareEntries(was.codes, is.codes, (code, old, now) =>
    compareFields(`code ${code}`, old, now, effects),
  )
  const order = compareFields('errors', was, is, { precedence: 'differs', refusedBodyBytes: 'narrows' })
  const guards = compareNames('error of every route', namesIn(was.guards), namesIn(is.guards), 'widens')
  return [
    ...judge([...compareNames('code', was.codes, is.codes, 'widens'), ...codes, ...guards, ...order], 'sent'),
    ...judge(compareBounds('bound', accepted(was), accepted(is)), 'received'),
  ]
}

/** RFC 9457: a title is advice for people. */
const effects = {
  status: 'differs',
  retryable: 'differs',
  retryAfter: 'differs',
  streamsOnly: 'differs',
  type: 'differs',
  title: 'documents',
} as const

function accepted({ acceptedBodyBytes }: { acceptedBodyBytes: number }) {
  return { acceptedBodyBytes }
}
