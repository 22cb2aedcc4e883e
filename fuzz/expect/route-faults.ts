// Which operation a request line names, and what is wrong with its path, its method and its identifiers.
import type { Contract } from '../../contracts/core/contract.ts'
import { matchPath, type Operation, pathParameters } from '../../contracts/core/operation.ts'
import { codes } from '../../contracts/core/problem-codes.ts'
import { resourcesOf } from '../../contracts/core/resources.ts'
import type { IdentifierState } from '../wire/identifiers.ts'
import type { WireRequest } from '../wire/wire-request.ts'
import { type Fault, may, must } from './fault.ts'

export interface ExpectedRoute {
  /** The operation whose answer would be right; `undefined` where there is none. */
  readonly operation: Operation | undefined
  readonly faults: readonly Fault[]
}

/** The route of a request. One that equals an operation's path only after decoding may be served or not be found. */
export function expectRoute(request: WireRequest, { operations }: Contract): ExpectedRoute {
  const [path = ''] = request.target.split('?')
  const all = Object.values(operations)
  const exact = all.filter((operation) => matchPath(operation.path, path) !== undefined)
  const isSame = ({ path: template }: Operation) => plainPaths(path).some((plain) => matchPath(template, plain))
  const found = exact.length > 0 ? exact : all.filter(isSame)
  if (found.length === 0) return { operation: undefined, faults: [must('NOT_FOUND')] }
  // Equal only after decoding, or not decodable at all: whether there is such a path, servers may see differently.
  const isClear = exact.length > 0 && !isUnreadable(path)
  const perhaps = isClear ? [] : (['NOT_FOUND'] as const)
  // What answers GET may answer HEAD as well (RFC 9110 §9.3.2).
  const isHead = request.method === 'HEAD' && found.some(({ method }) => method === 'GET')
  const operation = found.find(({ method }) => method === (isHead ? 'GET' : request.method))
  if (operation === undefined) return { operation, faults: [must(...perhaps, 'METHOD_NOT_ALLOWED')] }
  // `runs/stream` may be a run of that name or no run at all, and then it does not take GET.
  const isShared = exact.some(({ path: template }) => template !== operation.path)
  const odd = may(...perhaps, ...(isHead || isShared ? (['METHOD_NOT_ALLOWED'] as const) : []))
  const resources = exact.length > 0 ? identifierFaults(operation, path, request) : [mayAnswer(operation, [])]
  return { operation, faults: [odd, ...resources] }
}

/** Without percent-encoding, as servers see it, with or without encoded slashes; and without dots too, as browsers do. */
function plainPaths(path: string): string[] {
  const decoded = path.split('/').map(decode)
  const kept = decoded.map((segment) => segment.replaceAll('/', '%2F'))
  const url = path.startsWith('/') ? URL.parse(`http://127.0.0.1${path}`) : null
  return [kept.join('/'), decoded.join('/'), ...(url === null ? [] : [decode(url.pathname)])]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What the identifiers of the path name decides what an operation may say of them. */
function identifierFaults(operation: Operation, path: string, request: WireRequest): Fault[] {
  const written = matchPath(operation.path, path) ?? {}
  const states = pathParameters(operation.path).map((name) => stateOf(name, written[name], request))
  return [mayAnswer(operation, states), ...mustAnswer(operation, states)]
}

/** Percent-encoding that stands for no text. */
function isUnreadable(path: string): boolean {
  return path.split('/').some((segment) => segment.includes('%') && decode(segment) === segment)
}

function stateOf(name: string, written: string | undefined, { identifiers }: WireRequest): IdentifierState {
  const chosen = identifiers[name]
  return chosen !== undefined && chosen.written === written ? chosen.state : 'nothing'
}

/** Whatever the operation declares; but of what exists nothing says that it does not. */
function mayAnswer(operation: Operation, states: readonly IdentifierState[]): Fault {
  const missing = resourcesOf(operation).map(({ code }) => code)
  const exists = states.length > 0 && states.every((state) => state !== 'nothing')
  return may(...operation.errors.filter((code) => !(exists && missing.some((known) => known === code))))
}

function mustAnswer({ errors }: Operation, states: readonly IdentifierState[]): Fault[] {
  const says = (...statuses: number[]) => errors.filter((code) => statuses.includes(codes[code].status))
  if (states.includes('nothing')) return [must(...says(404, 410))]
  if (states.includes('ended') && says(410).length > 0) return [must(...says(410))]
  return []
}
