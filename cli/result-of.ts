// Makes `result.json` from what the checks gave.

import { releasePlatforms } from '../contracts/bundle/platform.ts'
import type { CheckRow, RunResult } from '../contracts/report/result.ts'
import { requirementRows } from '../contracts/requirements/all.ts'
import { countStatuses } from '../harness/report/summary.ts'
import { transcriptPath } from '../harness/report/write-report.ts'
import type { Target } from '../harness/targets/target.ts'
import type { Account } from '../suites/account.ts'
import { levelOf } from '../suites/check.ts'
import type { KnownCheck } from '../suites/load-checks.ts'
import { priorityOf } from '../suites/priority.ts'
import type { CheckResult } from '../suites/run-check.ts'
import type { RunOptions } from './run-options.ts'

export interface RunFacts {
  readonly options: RunOptions
  readonly target: Target
  readonly startedAt: Date
  readonly durationMs: number
}

/** The whole result. */
export function resultOf({ invalid, results }: Account, all: readonly KnownCheck[], facts: RunFacts): RunResult {
  const { durationMs, options, startedAt, target } = facts
  const checks = results.map((result) => checkRow(result, all, options)).sort((a, b) => (a.id < b.id ? -1 : 1))
  const bundle = target.kind === 'process' ? target.bundle : undefined
  return {
    schema: 'urn:sidecheck:result:1',
    run: {
      startedAt: startedAt.toISOString(),
      durationMs: Math.round(durationMs),
      contract: options.contract,
      profile: options.profile,
      gate: isGate(checks, all, bundle?.platform, invalid),
      platform: bundle?.platform ?? `${process.platform}-${process.arch}`,
      node: process.version,
      timeScale: options.timeScale,
    },
    target: {
      kind: target.name,
      describes: target.describes,
      ...(bundle === undefined ? {} : { digest: bundle.digest }),
    },
    summary: countStatuses(checks),
    invalid: [...invalid],
    checks,
  }
}

/** The row of one check. */
export function checkRow(result: CheckResult, all: readonly KnownCheck[], options: RunOptions): CheckRow {
  const check = all.find(({ id }) => id === result.id)
  if (check === undefined) throw new TypeError(`${result.id} is no known check`)
  const { durationMs, id, reason, status } = result
  return {
    id,
    rule: check.rule,
    level: levelOf(check),
    area: check.area as CheckRow['area'],
    priority: priorityOf(check, requirementRows),
    covers: [...check.covers],
    status,
    ...(reason === undefined ? {} : { reason }),
    durationMs,
    ...(status === 'failed' || status === 'error' ? { evidence: evidenceOf(result, options) } : {}),
  }
}

function evidenceOf(
  { at, expected, id, received, stderr, transcript }: CheckResult,
  options: RunOptions,
): NonNullable<CheckRow['evidence']> {
  const known = { at, expected, received, stderr, repeat: repeatCommand(id, options) }
  const present = Object.entries(known).filter(([, value]) => value !== undefined && value !== '')
  return { ...Object.fromEntries(present), ...(transcript === undefined ? {} : { transcript: transcriptPath(id) }) }
}

/** The one command that runs this check again. */
function repeatCommand(id: string, { bundle, command, faults, scenario, url }: RunOptions): string {
  const quote = (text: string) => (/^[\w./:@=-]+$/.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`)
  const source =
    bundle !== undefined
      ? `--bundle ${quote(bundle)}`
      : command !== undefined
        ? `--command ${quote(command)}`
        : url !== undefined
          ? `--url ${quote(url)}`
          : [
              '--mock',
              ...faults.map((fault) => `--fault ${fault}`),
              ...(scenario === undefined ? [] : [`--scenario ${scenario}`]),
            ].join(' ')
  return `npx sidecheck run ${source} --only ${id}`
}

/** Only the whole P0 on a release platform's bundle stands for a release. */
function isGate(
  checks: readonly CheckRow[],
  all: readonly KnownCheck[],
  platform: string | undefined,
  invalid: readonly string[],
): boolean {
  const ran = new Set(checks.map(({ id }) => id))
  const whole = all.filter((check) => priorityOf(check, requirementRows) === 'P0').every(({ id }) => ran.has(id))
  return whole && invalid.length === 0 && releasePlatforms.some((release) => release === platform)
}
