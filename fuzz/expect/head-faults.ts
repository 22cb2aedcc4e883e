// What the head of a request says before its route is looked at: Host, Origin, token (contract, "Common to the HTTP contracts").

import { headerValues, type WireRequest } from '../wire/wire-request.ts'
import { type Fault, may, must } from './fault.ts'

export interface Own {
  readonly port: string
  readonly token: string
  readonly origin: string
}

/** Only the two names with the port, exactly. In capitals they name the same host, so both answers are right. */
export function hostFaults(request: WireRequest, { port }: Own): Fault[] {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`]
  const hosts = headerValues(request, 'host')
  if (hosts.every((host) => own.includes(host))) return []
  return [hosts.every((host) => own.includes(host.toLowerCase())) ? may('MISDIRECTED_HOST') : must('MISDIRECTED_HOST')]
}

/** None, or the one that is allowed. */
export function originFaults(request: WireRequest, { origin }: Own): Fault[] {
  const origins = headerValues(request, 'origin')
  if (origins.length <= 1 && origins.every((given) => given === origin)) return []
  return [origins.every((given) => given === origin) ? may('FORBIDDEN_ORIGIN') : must('FORBIDDEN_ORIGIN')]
}

/** The scheme's name may be written in any case (RFC 9110 §11.1); several lines may be refused, or the good one among them taken. */
export function tokenFaults(request: WireRequest, { token }: Own): Fault[] {
  const given = headerValues(request, 'authorization')
  if (given.length === 1 && given[0] === `Bearer ${token}`) return []
  const isAlmost = given.some((value) => /^bearer[\t ]+/i.test(value) && value.replace(/^bearer[\t ]+/i, '') === token)
  return [isAlmost ? may('UNAUTHENTICATED') : must('UNAUTHENTICATED')]
}

/** A browser's question on behalf of a page that may call: answered without a token. */
export function isPreflight(request: WireRequest, own: Own): boolean {
  return (
    request.method === 'OPTIONS' &&
    headerValues(request, 'origin').length === 1 &&
    originFaults(request, own).length === 0 &&
    headerValues(request, 'access-control-request-method').length > 0
  )
}
