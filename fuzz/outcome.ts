// Judges what came against what had to come: the contract's own judge, the fuzzer's expectation, and never a 5xx.

import type { Contract } from '../contracts/core/contract.ts'
import { judgeAnswer } from '../contracts/core/judge-answer.ts'
import { codeRule } from '../contracts/core/problem-codes.ts'
import type { Expected } from './expect/expect-answer.ts'
import type { Received } from './wire/send.ts'
import type { WireRequest } from './wire/wire-request.ts'

/** One thing that is wrong with an answer. */
export interface Finding {
  /** The rule of the judge, or `fuzz.…` for what only the fuzzer asks. */
  readonly rule: string
  readonly expected: string
  readonly received: string
}

/** What is wrong with the answer to a request; empty where nothing is. `stopping`: the sidecar was asked to stop, and may be gone. */
export function judgeOutcome(
  wire: Pick<WireRequest, 'method'>,
  expected: Expected,
  received: Received,
  stopping = false,
): readonly Finding[] {
  const { exchange } = received
  if (exchange.status === undefined) return judgeSilence(expected, received, stopping)
  if (expected.kind === 'not-http') return judgeLibrary(exchange.status)
  if (expected.kind === 'preflight' && exchange.status < 300) return []
  const judged = wire.method === 'HEAD' ? judgeHead(expected, received) : exchange.violations
  return [
    ...judged.filter((finding) => !isExpected(finding, expected)),
    ...judgeChoice(expected, received, stopping),
    ...judgeTerminal(received),
  ]
}

/** A path that names an operation only after decoding may also be answered as the unknown path it is. */
function isExpected({ received, rule }: Finding, { codes }: Expected): boolean {
  return rule === 'problem.undeclared' && codes.some((code) => code === received)
}

/** A closed connection answers what is no HTTP; a hang answers nothing. */
function judgeSilence({ kind }: Expected, { exchange }: Received, stopping: boolean): readonly Finding[] {
  const isClosed = exchange.violations.every(({ received }) => !received.startsWith('nothing within'))
  return isClosed && (kind === 'not-http' || stopping) ? [] : exchange.violations
}

/** Answers of the HTTP library have any shape, but it must be a refusal or a success, not an accident. */
function judgeLibrary(status: number): readonly Finding[] {
  return status === 500 ? [{ rule: 'fuzz.no-5xx', expected: 'any answer but 500', received: '500' }] : []
}

/** An answer to HEAD has no body, so only its head can be judged. */
function judgeHead({ operation }: Expected, { exchange }: Received): readonly Finding[] {
  const { responseHeaders: headers = {}, status = 0 } = exchange
  return judgeAnswer(operation, { status, headers, body: undefined }).filter(({ rule }) => rule !== 'answer.json')
}

/** Whether this answer, and not only its form, is one of those that the contract leaves open for the request. */
function judgeChoice(
  { codes, success }: Expected,
  { body, exchange }: Received,
  stopping: boolean,
): readonly Finding[] {
  const { status = 0 } = exchange
  const isProblem = status >= 400
  const code = isProblem ? codeOf(body) : undefined
  if (stopping && status === 503) return []
  if (status >= 500) return [{ rule: 'fuzz.no-5xx', expected: 'no 5xx', received: shown(status, code) }]
  const fits = isProblem
    ? codes.some((known) => codeRule(known)?.status === status && (code ?? known) === known)
    : success
  const expected = [...(success ? ['a success'] : []), ...codes].join(' or ')
  return fits ? [] : [{ rule: 'fuzz.right-answer', expected, received: shown(status, code) }]
}

/** A turn that fails because of what was sent is an accident too. */
function judgeTerminal({ events }: Received): readonly Finding[] {
  const { error } = (events.at(-1) ?? {}) as { error?: { status?: unknown; code?: unknown } }
  if (typeof error?.status !== 'number' || error.status < 500) return []
  return [
    { rule: 'fuzz.no-5xx', expected: 'a stream that does not fail', received: `error ${error.status} ${error.code}` },
  ]
}

function shown(status: number, code: string | undefined): string {
  return code === undefined ? String(status) : `${status} ${code}`
}

/** The code of a problem; `undefined` where there is none that the registry holds, which the judge tells. */
export function codeOf(body: unknown): string | undefined {
  const { code } = (body ?? {}) as { code?: unknown }
  return typeof code === 'string' && codeRule(code) !== undefined ? code : undefined
}

/** The identifiers in an answer that some path of the contract names. */
export function identifiersIn(value: unknown, { operations }: Contract): Record<string, string> {
  const paths = Object.values(operations).map(({ path }) => path)
  const isNamed = (name: string) => paths.some((path) => path.includes(`{${name}}`))
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return Object.fromEntries(
    members.filter((member): member is [string, string] => typeof member[1] === 'string' && isNamed(member[0])),
  )
}
