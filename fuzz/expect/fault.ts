// What is wrong with a request, as the contract's codes for it; and which answers that leaves open.
import { precedence } from '../../contracts/core/contract.ts'
import { codes, type ProblemCode } from '../../contracts/core/problem-codes.ts'

/** One thing that a sidecar must (`certain`) or may refuse; any of the codes is right for it. */
export interface Fault {
  readonly codes: readonly ProblemCode[]
  readonly certain: boolean
}

export const must = (...codes: readonly ProblemCode[]): Fault => ({ codes, certain: true })
export const may = (...codes: readonly ProblemCode[]): Fault => ({ codes, certain: false })

export interface Allowed {
  /** Whether the operation's own answer is right. */
  readonly success: boolean
  /** The problems that are right. */
  readonly codes: readonly ProblemCode[]
}

/** The answers to a request with these faults: of several the first of the contract's order is told. A failure of the sidecar is never right. */
export function answersTo(faults: readonly Fault[]): Allowed {
  const certain = faults.filter(({ certain }) => certain)
  const latest = Math.min(...certain.map(({ codes }) => Math.max(...codes.map(rank))))
  const told = faults.flatMap(({ codes }) => codes).filter((code) => rank(code) <= latest && isRefusal(code))
  return { success: certain.length === 0, codes: [...new Set(told)] }
}

function rank(code: ProblemCode): number {
  const place = precedence.findIndex((codes) => (codes as readonly ProblemCode[]).includes(code))
  return place === -1 ? precedence.length : place
}

function isRefusal(code: ProblemCode): boolean {
  return codes[code].status < 500
}
