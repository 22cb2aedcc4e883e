// Compares the operations of two versions of a contract.
import type { OperationEntry } from '../contract-file.ts'
import { type Change, type Effect, judge } from './change.ts'
import { compareFields, compareNames, namesIn } from './compare-names.ts'
import { compareSchemas } from './compare-schemas.ts'
import type { FrozenContract } from './frozen-contract.ts'

export function compareOperations(before: FrozenContract, after: FrozenContract): Change[] {
  const [was, is] = [before.file.operations, after.file.operations]
  return [
    ...judge(compareNames('operation', was, is, 'adds'), 'sent'),
    ...Object.keys(was).flatMap((id) => {
      const [old, now] = [was[id], is[id]]
      return old === undefined || now === undefined ? [] : compareOperation(id, { before, after, was: old, is: now })
    }),
  ]
}

interface Versions {
  readonly before: FrozenContract
  readonly after: FrozenContract
  readonly was: OperationEntry
  readonly is: OperationEntry
}

function compareOperation(id: string, versions: Versions): Change[] {
  const { was, is } = versions
  return [
    ...judge(compareFields(id, was, is, { says: 'documents', method: 'differs', path: 'differs' }), 'both'),
    ...judge(compareFields(id, was, is, { open: was.open ? 'narrows' : 'widens' }), 'received'),
    ...judge(compareFields(id, was, is, { capability: served(was, is) }), 'received'),
    ...judge(compareNames(`${id} error`, namesIn(was.errors), namesIn(is.errors), 'widens'), 'sent'),
    ...compareInput(id, versions),
    ...compareOutput(id, versions),
  ]
}

/** An operation that fewer sidecars serve refuses what was sent until now; one that others serve does so to some. */
function served(was: OperationEntry, is: OperationEntry): Effect {
  if (was.capability === undefined) return 'narrows'
  return is.capability === undefined ? 'widens' : 'differs'
}

function compareInput(id: string, { before, after, was, is }: Versions): Change[] {
  const path = `${id} input`
  if (was.input === undefined && is.input === undefined) return []
  if (is.input === undefined) return judge([{ effect: 'removes', path, says: 'is gone' }], 'received')
  if (was.input === undefined) {
    const effect = is.input.required ? 'narrows' : 'adds'
    return judge([{ effect, path, says: is.input.required ? 'new and required' : 'new' }], 'received')
  }
  return compareSchemas(path, before.schema(was.input.schema), after.schema(is.input.schema), 'received')
}

function compareOutput(id: string, { before, after, was, is }: Versions): Change[] {
  const path = `${id} output`
  const statuses = compareNames(`${path} status`, namesIn(was.output.statuses), namesIn(is.output.statuses), 'widens')
  const kind = compareFields(path, was.output, is.output, { kind: 'differs', stream: 'differs' })
  const [old, now] = [was.output.schema, is.output.schema]
  const body =
    old === undefined || now === undefined ? [] : compareSchemas(path, before.schema(old), after.schema(now), 'sent')
  return [...judge([...statuses, ...kind], 'sent'), ...body]
}
