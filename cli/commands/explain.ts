// `sidecheck explain`: what a check, an error code or a fault is, why it is there, how it is seen and reproduced.

import { codeRule, codes, problemType } from '../../contracts/core/problem-codes.ts'
import { findRequirement } from '../../contracts/requirements/all.ts'
import { loadFaults } from '../../mock-sidecar/faults/load-faults.ts'
import { type KnownCheck, loadChecks } from '../../suites/load-checks.ts'
import type { Command } from '../command.ts'
import { nearest, UsageError } from '../usage-error.ts'

export const explain: Command = {
  says: 'Explain a check, an error code, a requirement or a fault.',
  help: `sidecheck explain CHECK-ID | ERROR-CODE | REQUIREMENT | FAULT

  npx sidecheck explain session.turn.ends-once
  npx sidecheck explain TURN_IN_PROGRESS
  npx sidecheck explain SSE-09
  npx sidecheck explain turn.ends-twice`,
  async run([name, ...rest]) {
    if (name === undefined || rest.length > 0)
      throw new UsageError('explain needs one name: a check, an error code, a requirement or a fault')
    const checks = await loadChecks('session')
    const text =
      (await explainCheck(name, checks)) ??
      explainCode(name) ??
      explainRequirement(name, checks) ??
      (await explainFault(name, checks))
    if (text === undefined) throw await unknown(name, checks)
    process.stdout.write(`${text}\n`)
    return 0
  },
}

async function explainCheck(id: string, checks: readonly KnownCheck[]): Promise<string | undefined> {
  const check = checks.find((check) => check.id === id)
  if (check === undefined) return undefined
  const faults = await loadFaults()
  return [
    `${check.id}: a check of the area ${check.area}`,
    `  ${check.rule}`,
    '',
    'Covers:',
    ...check.covers.map(
      (row) => `  ${row}: ${findRequirement(row)?.says ?? ''} (goes wrong as: ${findRequirement(row)?.breaks ?? ''})`,
    ),
    '',
    'Proven by the faults:',
    ...check.catches.map((fault) => `  ${fault}: ${faults.get(fault)?.says ?? ''}`),
    '',
    `See it pass:  npx sidecheck run --mock --only ${check.id}`,
    `See it fail:  npx sidecheck run --mock --only ${check.id} --fault ${check.catches[0]}`,
  ].join('\n')
}

function explainCode(code: string): string | undefined {
  const rule = codeRule(code)
  if (rule === undefined) return undefined
  const where = rule.streamsOnly ? 'only inside streams, with the status it would have had' : `HTTP ${rule.status}`
  const again =
    rule.retryable === null ? 'may or may not be retried' : rule.retryable ? 'may be sent again' : 'is not sent again'
  return [
    `${code}: ${rule.title}`,
    `  ${where}${rule.retryAfter ? ', with Retry-After' : ''}; the request ${again}`,
    `  type ${problemType(code)}`,
  ].join('\n')
}

function explainRequirement(id: string, checks: readonly KnownCheck[]): string | undefined {
  const row = findRequirement(id)
  if (row === undefined) return undefined
  const covering = checks.filter(({ covers }) => covers.includes(id)).map(({ id }) => `  ${id}`)
  return [
    `${row.id}: ${row.level} ${row.says}`,
    `  goes wrong as: ${row.breaks}`,
    `  of ${row.contracts.join(', ')}${row.p0 ? '; part of the release gate' : ''}`,
    ...(row.excluded === undefined ? [] : [`  excluded: ${row.excluded}`]),
    '',
    covering.length === 0 ? 'No check covers it.' : 'Covered by:',
    ...covering,
  ].join('\n')
}

async function explainFault(id: string, checks: readonly KnownCheck[]): Promise<string | undefined> {
  const fault = (await loadFaults()).get(id)
  if (fault === undefined) return undefined
  return [
    `${fault.id}: a fault of the mock`,
    `  ${fault.says}`,
    '',
    'Caught by:',
    ...checks.filter(({ catches }) => catches.includes(id)).map(({ id, rule }) => `  ${id}: ${rule}`),
    '',
    `See it:  npx sidecheck mock --port 8700 --no-token --fault ${fault.id}`,
  ].join('\n')
}

async function unknown(name: string, checks: readonly KnownCheck[]): Promise<UsageError> {
  const known = [...checks.map(({ id }) => id), ...Object.keys(codes), ...(await loadFaults()).keys()]
  const near = nearest(name, known)
  return new UsageError(`there is nothing called ${name}${near === undefined ? '' : `; did you mean ${near}?`}`)
}
