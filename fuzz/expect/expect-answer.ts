// What the contract says must answer a request, worked out from the request alone: the fuzzer's own reading of the guards.
import type { Contract } from '../../contracts/core/contract.ts'
import type { Operation } from '../../contracts/core/operation.ts'
import type { WireRequest } from '../wire/wire-request.ts'
import { bodyFaults, type Declared } from './body-faults.ts'
import { type Allowed, answersTo, type Fault, may } from './fault.ts'
import { hostFaults, isPreflight, type Own, originFaults, tokenFaults } from './head-faults.ts'
import { isHttp } from './is-http.ts'
import { expectRoute } from './route-faults.ts'

export interface Expected extends Allowed {
  /** By which operation the answer is judged; `undefined`: only a problem is right. */
  readonly operation: Operation | undefined
  /** `not-http`: the HTTP library may answer it in its own way. `preflight`: answered without being judged as an operation. */
  readonly kind: 'http' | 'preflight' | 'not-http'
}

/** The answers to `request` that are right. */
export function expectAnswer(request: WireRequest, contract: Contract, own: Own & Declared): Expected {
  if (!isHttp(request)) return { operation: undefined, kind: 'not-http', success: true, codes: [] }
  const { faults, operation } = expectRoute(request, contract)
  const all = [
    ...hostFaults(request, own),
    ...originFaults(request, own),
    ...openness(contract, request, operation, tokenFaults(request, own)),
    ...faults,
    ...(operation === undefined ? [] : bodyFaults(operation, request, own)),
  ]
  return { operation, kind: isPreflight(request, own) ? 'preflight' : 'http', ...answersTo(all) }
}

/** An open operation needs no token. Whether its path does with another method, or written otherwise, the contract does not say. */
function openness(
  { operations }: Contract,
  { method, target }: WireRequest,
  operation: Operation | undefined,
  faults: Fault[],
): Fault[] {
  const [path] = target.split('?')
  if (operation?.open && operation.path === path && operation.method === method) return []
  const isNear =
    operation?.open || Object.values(operations).some(({ open, path: template }) => open && template === path)
  return isNear ? faults.map(({ codes }) => may(...codes)) : faults
}
